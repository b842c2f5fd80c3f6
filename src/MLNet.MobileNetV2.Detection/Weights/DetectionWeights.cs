using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Detection.Weights;

/// <summary>
/// The tensors of a MobileNetV2 with SSDLite, batch norm folded, its classes and how images must be prepared. Immutable and thread-safe.
/// </summary>
internal sealed class DetectionWeights
{
    /// <summary>Checks the tensors against the network and keeps those that it uses.</summary>
    /// <param name="name">A short name for messages and metadata.</param>
    /// <param name="architecture">The backbone, without a classifier.</param>
    /// <param name="labels">Names of the classes, without the background.</param>
    /// <param name="tensors">The tensors by the names of <see cref="LayerTensors"/>, backbone and <see cref="SsdLiteLayers"/>.</param>
    /// <param name="preprocessing">How images must be prepared.</param>
    /// <param name="shapes">For each map the shapes of its anchors; null for SSD's.</param>
    /// <exception cref="WeightsFormatException">
    /// A tensor, which is named, is missing, has another shape or is not finite; SSDLite does not go on the network; images lose a part; or
    /// there is not a shape for each box of a cell.
    /// </exception>
    public DetectionWeights(
        string name,
        MobileNetV2Architecture architecture,
        IReadOnlyList<string> labels,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        ImagePreprocessing preprocessing,
        IReadOnlyList<IReadOnlyList<AnchorShape>>? shapes = null)
    {
        if (preprocessing is not { Crop: ImageCrop.Squash, CropFraction: 1 })
        {
            throw new WeightsFormatException(
                name, $"a detector looks at whole photos, squashed; these are prepared with {preprocessing.Crop}, of which "
                + $"{preprocessing.CropFraction:0.###} is kept.");
        }

        Name = name;
        Architecture = architecture;
        Labels = labels;
        Preprocessing = preprocessing;
        Head = HeadOf(name, architecture, labels.Count);
        Tensors = Select(tensors);
        AnchorGrid own = AnchorGrid.Ssd([.. MapSides().Select(side => (side, side))]);
        OwnShapes = shapes;
        Anchors = shapes is null ? own : WithShapes(own, shapes);
    }

    public string Name { get; }

    public MobileNetV2Architecture Architecture { get; }

    /// <summary>Names of the classes, without the background.</summary>
    public IReadOnlyList<string> Labels { get; }

    public IReadOnlyDictionary<string, WeightTensor> Tensors { get; }

    public ImagePreprocessing Preprocessing { get; }

    /// <summary>The layers behind the backbone.</summary>
    public SsdLiteLayers Head { get; }

    /// <summary>What each row of the output starts from.</summary>
    public AnchorGrid Anchors { get; }

    /// <summary>For each map the shapes of its anchors where they are not SSD's; else null.</summary>
    public IReadOnlyList<IReadOnlyList<AnchorShape>>? OwnShapes { get; }

    /// <summary>The network without the head.</summary>
    public MobileNetV2Weights Backbone => new(Name, Architecture, Tensors, Preprocessing);

    /// <summary>The same network with other tensors.</summary>
    /// <exception cref="WeightsFormatException">As for the constructor.</exception>
    public DetectionWeights With(IReadOnlyDictionary<string, WeightTensor> tensors) =>
        new(Name, Architecture, Labels, tensors, Preprocessing, OwnShapes);

    private AnchorGrid WithShapes(AnchorGrid grid, IReadOnlyList<IReadOnlyList<AnchorShape>> shapes)
    {
        if (!shapes.Select(map => map.Count).SequenceEqual(Head.Predictors.Select(predictor => predictor.BoxesPerCell))
            || shapes.Any(map => map.Any(shape => !IsSide(shape.Height) || !IsSide(shape.Width))))
        {
            throw new WeightsFormatException(
                Name,
                "its anchors do not fit: "
                + string.Join(", ", Head.Predictors.Select(predictor => predictor.BoxesPerCell))
                + " of them on each map are needed, with sides above 0.");
        }

        return AnchorGrid.Create([.. grid.Maps.Zip(shapes, (map, own) => map with { Shapes = own })]);

        static bool IsSide(float side) => side > 0 && float.IsFinite(side);
    }

    private static SsdLiteLayers HeadOf(string name, MobileNetV2Architecture architecture, int classes)
    {
        try
        {
            return new(architecture, classes);
        }
        catch (ArgumentException error)
        {
            throw new WeightsFormatException(name, error.Message, error);
        }
    }

    private Dictionary<string, WeightTensor> Select(IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        var selected = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (ConvolutionLayer layer in Architecture.Convolutions().Concat(Head.Convolutions()))
        {
            LayerTensors names = LayerTensors.Of(layer);
            Add(names.Kernel, layer.KernelShape);
            Add(names.Bias, [layer.OutputChannels]);
        }

        return selected;

        void Add(string name, IReadOnlyList<int> shape)
        {
            WeightTensor tensor = TensorCheck.Find(Name, tensors, name, shape);
            TensorCheck.CheckFinite(Name, name, tensor);
            selected.Add(name, tensor);
        }
    }

    private IEnumerable<int> MapSides()
    {
        yield return Head.FirstTap.ShapeOf(Architecture, Preprocessing.Size)[^1];
        int side = new FeatureTap(IsPooled: false).ShapeOf(Architecture, Preprocessing.Size)[^1];
        yield return side;
        foreach (IReadOnlyList<ConvolutionLayer> extra in Head.Extras)
        {
            yield return side = extra.Aggregate(side, (before, layer) => layer.OutputSide(before));
        }
    }
}

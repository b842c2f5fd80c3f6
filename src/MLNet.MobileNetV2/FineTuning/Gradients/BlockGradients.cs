namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Writes blocks of convolutions that follow each other, there and back. Not thread-safe.</summary>
internal sealed class BlockGradients(GraphScope scope, ILayerGradients layers)
{
    private readonly Dictionary<TrainedLayer, (MapValue Input, MapValue Output)> _values = [];

    /// <summary>Writes blocks from a map on, and returns their result.</summary>
    public MapValue Forward(IEnumerable<TrainedBlock> blocks, MapValue x)
    {
        foreach (TrainedBlock block in blocks)
        {
            MapValue input = x;
            foreach (TrainedLayer layer in block.Layers)
            {
                MapValue output = layers.Forward(layer, x);
                _values[layer] = (x, output);
                x = output;
            }

            if (block.HasShortcut)
            {
                string name = $"{x.Name}.shortcut";
                x = x with { Name = scope.Graph.Node("Add", name, [scope.As(input, x.Form).Name, x.Name]) };
            }
        }

        return layers.Finish(x);
    }

    /// <summary>What a layer gave, written before.</summary>
    public MapValue OutputOf(TrainedLayer layer) => _values[layer].Output;

    /// <summary>Writes the way back through blocks.</summary>
    /// <param name="blocks">The blocks in their order on the way there.</param>
    /// <param name="gradient">The gradient of their result.</param>
    /// <param name="first">The layer at which the way ends, as its input needs no gradient; null for none.</param>
    /// <param name="branch">A layer whose output others take too, and the gradient that comes from them; null for none.</param>
    /// <returns>The gradient of the blocks' input; null where the way ended.</returns>
    public MapValue? Backward(
        IReadOnlyList<TrainedBlock> blocks,
        MapValue gradient,
        TrainedLayer? first,
        (TrainedLayer Layer, MapValue Gradient)? branch = null)
    {
        foreach (TrainedBlock block in blocks.Reverse())
        {
            MapValue output = gradient;
            foreach (TrainedLayer layer in block.Layers.Reverse())
            {
                (MapValue input, MapValue activation) = _values[layer];
                gradient = branch is { } side && side.Layer == layer ? Sum(gradient, side.Gradient) : gradient;
                if (layers.Backward(layer, input, activation, gradient, isFirst: layer == first) is not { } back)
                {
                    return null;
                }

                gradient = back;
            }

            if (block.HasShortcut)
            {
                gradient = Sum(gradient, output);
            }
        }

        return gradient;
    }

    /// <summary>The sum of the gradients of one value that several take.</summary>
    public MapValue Sum(MapValue gradient, MapValue other) => gradient with
    {
        Name = scope.Graph.Node("Add", $"{gradient.Name}.sum", [gradient.Name, scope.As(other, gradient.Form).Name]),
        HasPassedReLU6 = gradient.HasPassedReLU6 && other.HasPassedReLU6,
    };
}

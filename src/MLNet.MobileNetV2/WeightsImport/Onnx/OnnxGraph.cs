using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>
/// Brings an ONNX graph to the form that is recognised: follows its names from node to node, and joins what ONNX has as operators of
/// their own (bias, batch norm, activation, padding) to the convolution that they belong to.
/// </summary>
internal sealed class OnnxGraph
{
    private readonly string _source;
    private readonly Dictionary<string, TensorProto> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<int, OnnxImage> _images = [];
    private readonly List<GraphStep> _steps = [];
    private int _ids;

    private OnnxGraph(string source) => _source = source;

    /// <summary>What was done to the image before the tensor of a number.</summary>
    public OnnxNormalization NormalizationOf(int image) => _images[image].Normalization;

    /// <summary>The graph, as the file has it and in the form that is recognised.</summary>
    /// <exception cref="WeightsFormatException">It does not take one square image, or its names do not hang together.</exception>
    public static OnnxGraph Read(string source, long fileLength, GraphProto graph, out NetworkGraph network)
    {
        var read = new OnnxGraph(source);
        foreach (TensorProto tensor in graph.Initializer)
        {
            if (!read._initializers.TryAdd(tensor.Name, tensor))
            {
                throw read.Error($"it has two constants of the name '{tensor.Name}'.");
            }
        }

        OnnxInput input = OnnxInput.Find(source, [.. graph.Input.Where(input => !read._initializers.ContainsKey(input.Name))]);
        read.Declare(input.Name, read.AddImage(input.IsChannelsLast, OnnxNormalization.None));
        foreach (string other in input.Others)
        {
            read.Declare(other, OnnxInput.IsMissing(other) ? new OnnxMissing(read.NextId()) : new OnnxTensor(read.NextId()));
        }

        for (int i = 0; i < graph.Node.Count; i++)
        {
            read.Visit(i, graph.Node[i]);
        }

        network = new(source, fileLength, input.Side, new HashSet<int>(read._images.Keys), read._steps);
        return read;
    }

    public int NextId() => _ids++;

    /// <summary>The image, with what was done to it so far.</summary>
    public OnnxImage AddImage(bool isChannelsLast, OnnxNormalization normalization)
    {
        var image = new OnnxImage(NextId(), isChannelsLast, normalization);
        _images.Add(image.Id, image);
        return image;
    }

    public OnnxConstant Constant(TensorProto tensor) => OnnxTensors.Constant(_source, tensor);

    public void Add(GraphStep step) => _steps.Add(step);

    private void Visit(int index, NodeProto proto)
    {
        string? output = proto.Output.FirstOrDefault(name => name.Length > 0);
        if (output is null)
        {
            return;
        }

        OnnxValue? value = null;
        OnnxNode? node = null;
        try
        {
            node = new OnnxNode(_source, index, proto, [.. proto.Input.Select(name => Find(index, proto, name))]);
            value = OnnxOperators.Read(this, node);
        }
        catch (WeightsFormatException e) when (node is not null)
        {
            // Other operators may surround MobileNetV2: they matter only where the network needs them.
            value = PassOver(node, e.Reason);
        }

        foreach (string name in proto.Output.Where(name => name.Length > 0))
        {
            // Only the first output of any operator of MobileNetV2 carries the image on.
            Declare(name, name == proto.Output[0] && value is not null ? value : new OnnxTensor(NextId()));
        }
    }

    /// <summary>Adds an operator that MobileNetV2 does not have; the reason is null where the operator itself is unknown.</summary>
    public OnnxTensor PassOver(OnnxNode node, string? reason)
    {
        var tensor = new OnnxTensor(NextId());
        Add(new OtherStep(node.Place, [.. node.Inputs.OfType<OnnxTensor>().SelectMany(Sources).Distinct()], tensor.Id, reason));
        return tensor;
    }

    // A convolution without its activation is not a layer yet, so an operator in the activation's place takes the convolution's input too.
    private static IEnumerable<int> Sources(OnnxTensor input) =>
        input is OnnxLayer layer && layer.Step.Limits == OutputLimits.None ? [layer.Step.Input, input.Source] : [input.Source];

    private OnnxValue? Find(int index, NodeProto node, string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        if (_values.TryGetValue(name, out OnnxValue? value))
        {
            return value;
        }

        if (!_initializers.TryGetValue(name, out TensorProto? tensor))
        {
            throw Error($"node {index} ({node.OpType}) takes '{name}', which neither a constant, an input nor a node before it gives.");
        }

        OnnxConstant constant = Constant(tensor);
        _values.Add(name, constant);
        return constant;
    }

    private void Declare(string name, OnnxValue value)
    {
        if (_initializers.ContainsKey(name) || !_values.TryAdd(name, value))
        {
            throw Error($"its graph gives '{name}' twice; one node, input or constant for each name is allowed.");
        }
    }

    private WeightsFormatException Error(string reason) => new(_source, reason);
}

using System.Globalization;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Writes one gradient graph of a fixed number of samples. Not thread-safe.</summary>
internal sealed class GraphScope
{
    private readonly Dictionary<(string Name, MapForm Form), string> _views = [];
    private readonly Dictionary<string, string> _constants = [];
    private readonly Stack<Action> _last = [];
    private readonly List<GraphTensor> _inputs = [];
    private readonly List<GraphTensor> _outputs = [];
    private readonly List<ManagedOperator> _operators = [];

    public GraphScope(int samples) => Samples = samples;

    public OnnxGraphBuilder Graph { get; } = new("MobileNetV2Gradient");

    /// <summary>N.</summary>
    public int Samples { get; }

    public IReadOnlyList<GraphTensor> Inputs => _inputs;

    public IReadOnlyList<GraphTensor> Outputs => _outputs;

    /// <summary>The nodes that C# computes.</summary>
    public IReadOnlyList<ManagedOperator> Operators => _operators;

    public string Input(string name, params long[] shape)
    {
        _inputs.Add(new(name, shape));
        return Graph.Input(name, [.. shape.Select(dimension => (object)(int)dimension)]);
    }

    /// <summary>An input that holds the maps of a micro-batch.</summary>
    public MapValue InputMap(string name, int channels, int side)
    {
        var map = new MapValue(name, MapForm.Map, channels, side);
        Input(name, Shape(map, map.Form));
        return map;
    }

    public string Output(string name, params long[] shape)
    {
        _outputs.Add(new(name, shape));
        Graph.Output(name, [.. shape.Select(dimension => (object)(int)dimension)]);
        return name;
    }

    public GraphTensor Output(GraphTensor tensor)
    {
        Output(tensor.Name, tensor.Shape);
        return tensor;
    }

    /// <summary>A value as the nodes see it that C# computes.</summary>
    public GraphTensor Tensor(MapValue value) => new(value.Name, Shape(value, value.Form));

    /// <summary>Adds a node that C# computes. It takes values under any shape.</summary>
    public void Managed(IReadOnlyList<GraphTensor> inputs, IReadOnlyList<GraphTensor> outputs, Action<OperatorRun> compute)
    {
        var managed = new ManagedOperator(
            $"Managed{_operators.Count}",
            [.. inputs.Select(input => input.Length)],
            [.. outputs.Select(output => output.Shape)],
            compute);
        _operators.Add(managed);
        Graph.Node(managed, [.. outputs.Select(output => output.Name)], [.. inputs.Select(input => input.Name)]);
    }

    /// <summary>Puts off writing nodes that only the graph's outputs need to <see cref="WriteLast"/>.</summary>
    /// <remarks>
    /// ONNX Runtime begins at the output written last. Put off, the outputs found first on the way back are written last, so each is
    /// computed when what it needs is there, and still in the cache; otherwise all of it would be kept until the way back ends.
    /// </remarks>
    public void Last(Action write) => _last.Push(write);

    /// <summary>Writes what was put off, in reverse.</summary>
    public void WriteLast()
    {
        while (_last.TryPop(out Action? write))
        {
            write();
        }
    }

    /// <summary>A constant of one value.</summary>
    public string Scalar(string name, float value)
    {
        if (!_constants.TryGetValue(name, out string? known))
        {
            _constants[name] = known = Graph.Constant(name, [value]);
        }

        return known;
    }

    /// <summary>A constant column of ones.</summary>
    public string Ones(int length)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"ones.{length}");
        if (!_constants.TryGetValue(name, out string? known))
        {
            float[] ones = new float[length];
            Array.Fill(ones, 1);
            _constants[name] = known = Graph.Constant(name, ones, length, 1);
        }

        return known;
    }

    /// <summary>A constant vector of whole numbers, for example axes.</summary>
    public string Numbers(params long[] values)
    {
        string name = $"numbers.{string.Join('.', values)}";
        if (!_constants.TryGetValue(name, out string? known))
        {
            _constants[name] = known = Graph.Constant(name, values);
        }

        return known;
    }

    /// <summary>The same values under another shape, which costs nothing.</summary>
    public MapValue As(MapValue value, MapForm form)
    {
        long[] shape = Shape(value, form);
        if (value.Form == form || shape.AsSpan().SequenceEqual(Shape(value, value.Form)))
        {
            return value with { Form = form };
        }

        if (!_views.TryGetValue((value.Name, form), out string? view))
        {
            _views[(value.Name, form)] = view = Graph.Node("Reshape", $"{value.Name}.{form}", [value.Name, Numbers(shape)]);
        }

        return value with { Name = view, Form = form };
    }

    public long[] Shape(MapValue value, MapForm form)
    {
        (long channels, long side, long samples) = (value.Channels, value.Side, Samples);
        return form switch
        {
            MapForm.Map => [1, channels, samples * side, side],
            MapForm.Matrix => [channels, samples * side * side],
            _ => [channels, samples, side * side],
        };
    }
}

/// <summary>An input or output of a gradient graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions.</param>
internal sealed record GraphTensor(string Name, long[] Shape)
{
    /// <summary>Number of its values.</summary>
    public int Length => checked((int)Shape.Aggregate(1L, (product, dimension) => product * dimension));
}

/// <summary>Names of a gradient graph's inputs, outputs and constants beside those of the trained tensors.</summary>
internal static class GraphNames
{
    public const string Input = "input";
    public const string Targets = "targets";
    public const string Weights = "weights";
    public const string Dropout = "dropout";
    public const string Losses = "losses";
    public const string Hits = "hits";

    /// <summary>The output with the gradient of a tensor.</summary>
    public static string Gradient(string tensor) => $"{tensor}.gradient";
}

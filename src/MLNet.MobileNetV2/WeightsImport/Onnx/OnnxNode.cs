using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>One node of an ONNX graph with the values of its inputs, null for those that are left out.</summary>
internal sealed class OnnxNode(string source, int index, NodeProto node, IReadOnlyList<OnnxValue?> inputs)
{
    private const int MaxNameLength = 60;
    private const int MaxIntegers = 16;

    public string Operator => node.OpType;

    /// <summary>Whether the operator is one of ONNX's own.</summary>
    public bool IsStandard => node.Domain is "" or "ai.onnx";

    public string Place { get; } = DescribePlace(index, node);

    public IReadOnlyList<OnnxValue?> Inputs => inputs;

    public WeightsFormatException Error(string reason) => new(source, reason);

    /// <summary>An input, or null where the node leaves it out.</summary>
    public OnnxValue? Input(int position) => position < inputs.Count ? inputs[position] : null;

    /// <summary>An input that the image decides.</summary>
    public OnnxTensor Tensor(int position) => Input(position) as OnnxTensor
        ?? throw Error(
            $"its input {position} is {(Input(position) is null ? "missing" : "a constant")}; "
            + "a tensor that comes from the image is needed.");

    /// <summary>An input that is constant, or null where the node leaves it out.</summary>
    public OnnxConstant? OptionalConstant(int position) => Input(position) is { } value
        ? value as OnnxConstant ?? throw Error($"its input {position} is not a constant, which is needed.")
        : null;

    public OnnxConstant Constant(int position) =>
        OptionalConstant(position) ?? throw Error($"its input {position} is missing; a constant is needed.");

    public bool Has(string attribute) => Find(attribute) is not null;

    /// <summary>A number; 0 for an attribute without one, since some writers leave zeros out.</summary>
    public long Int(string attribute, long missing) => Find(attribute)?.I ?? missing;

    public float Float(string attribute, float missing) => Find(attribute)?.F ?? missing;

    public string Text(string attribute, string missing) => Find(attribute)?.S.ToStringUtf8() ?? missing;

    public TensorProto? TensorAttribute(string attribute) => Find(attribute)?.T;

    public IReadOnlyList<float>? Floats(string attribute) => Find(attribute)?.Floats;

    /// <summary>Numbers; null where there is no such attribute.</summary>
    public long[]? Ints(string attribute) => Find(attribute) is { } found ? Bounded(found.Ints.Count, () => [.. found.Ints]) : null;

    /// <summary>Numbers that are an input in newer operator sets and an attribute in older ones; null where there is neither.</summary>
    public long[]? IntsOf(string attribute, int position) => OptionalIntegers(position) ?? Ints(attribute);

    /// <summary>Numbers that the node takes as an input; null where it leaves it out.</summary>
    public long[]? OptionalIntegers(int position) =>
        OptionalConstant(position) is { } constant ? Bounded(constant.Count, constant.Integers) : null;

    /// <summary>The same for one number.</summary>
    public float? FloatOf(string attribute, int position) => OptionalConstant(position) is { } constant
        ? Scalar(constant)
        : Find(attribute)?.F;

    public float Scalar(OnnxConstant constant) => constant.Count == 1
        ? constant.Values()[0]
        : throw Error($"its constant '{constant.Name}' has {constant.Count} values; one is needed.");

    private long[] Bounded(int count, Func<long[]> read) =>
        count <= MaxIntegers ? read() : throw Error($"it has a list of {count} numbers; up to {MaxIntegers} are allowed.");

    private AttributeProto? Find(string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    private static string DescribePlace(int index, NodeProto node)
    {
        string type = node.Domain.Length == 0 ? Shorten(node.OpType) : $"{Shorten(node.Domain)}.{Shorten(node.OpType)}";
        return node.Name.Length == 0 ? $"node {index} ({type})" : $"node {index} '{Shorten(node.Name)}' ({type})";
    }

    private static string Shorten(string name) => name.Length > MaxNameLength ? $"{name[..MaxNameLength]}..." : name;
}

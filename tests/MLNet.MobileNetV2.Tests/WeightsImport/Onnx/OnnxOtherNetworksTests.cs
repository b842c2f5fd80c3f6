using Google.Protobuf;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.WeightsImport.Onnx;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Onnx;

/// <summary>Well-formed ONNX files that are no MobileNetV2, or not in a form that is read: each error says what was found.</summary>
public sealed class OnnxOtherNetworksTests
{
    private sealed record Change(
        string Message, Action<OnnxTestGraph> Apply, OnnxTestNetwork? Network = null, WeightsFileOptions? Options = null);

    private static readonly Dictionary<string, Change> s_changes = new()
    {
        ["no graph"] = new("without a graph", graph => graph.Model.Graph = null),
        ["old operators"] = new("operator set is 6; 7 or newer is allowed", graph => graph.Model.OpsetImport[0].Version = 6),
        ["no operators"] = new("operator set is 0", graph => graph.Model.OpsetImport[0].Domain = "com.microsoft"),
        ["no input"] = new("0 inputs for images (none)", graph => graph.Graph.Input.Clear()),
        ["two images"] = new(
            "2 inputs for images ('image', 'mask'); one of four dimensions is allowed", graph => graph.Input("mask", "N", 1, 64, 64)),
        ["grey image"] = new("shape [?, 1, 64, 64]; [N, 3, side, side] or [N, side, side, 3]", graph => SetInput(graph, "N", 1, 64, 64)),
        ["oblong image"] = new("takes images of 64 x 96", graph => SetInput(graph, "N", 3, 64, 96)),
        ["large image"] = new("takes images of 4097 x 4097", graph => SetInput(graph, "N", 3, 4097, null)),
        ["two constants"] = new("two constants of the name", graph => graph.Graph.Initializer.Add(graph.Graph.Initializer[0].Clone())),
        ["name twice"] = new("gives 'Conv_2' twice", graph => graph.Graph.Node[1].Output[0] = "Conv_2"),
        ["name of a constant"] = new(
            "twice; one node, input or constant", graph => graph.Graph.Node[1].Output[0] = graph.Graph.Initializer[0].Name),
        ["dangling name"] = new("node 0 (Conv) takes 'nowhere', which neither", graph => graph.Graph.Node[0].Input[0] = "nowhere"),
        ["cycle"] = new(
            "takes 'pooled', which neither a constant, an input nor a node before it gives",
            graph => graph.Graph.Node[2].Input[0] = "pooled"),
        ["external data"] = new(
            "(external data)", graph => First(graph).ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "x" })),
        ["external place"] = new("(external data)", graph => First(graph).DataLocation = TensorProto.Types.DataLocation.External),
        ["element type"] = new(
            "element type has the number 3; float (1), float16 (10), double (11) and bfloat16 (16)", graph => First(graph).DataType = 3),
        ["short data"] = new(
            "bytes and 0 numbers; its shape [8, 3, 3, 3] needs 864 bytes or 216 numbers", graph => First(graph).RawData = ByteString.Empty),
        ["too many numbers"] = new("864 bytes and 1 numbers", graph => First(graph).FloatData.Add(1)),
        ["negative size"] = new("its shape [8, 3, 3, -3] is not possible", graph => First(graph).Dims[3] = -3),
        ["huge size"] = new("is not possible", graph => First(graph).Dims[3] = long.MaxValue),
        ["many sizes"] = new("12 dimensions; up to 8", graph => First(graph).Dims.Add([1, 1, 1, 1, 1, 1, 1, 1])),
        ["vector kernel"] = new("its kernel has shape [216]", graph => Shape(First(graph), 216)),
        ["other kernel shape"] = new("as its kernel_shape, is needed", graph => Set(graph, 0, OnnxTestGraph.List("kernel_shape", 5, 5))),
        ["grown kernel"] = new("[8, 1, 3, 9]", graph => Shape(First(graph), 8, 1, 3, 9)),
        ["bias"] = new("its bias has shape [4, 2]; [8] is needed", graph => Shape(graph.Graph.Initializer[1], 4, 2)),
        ["variable kernel"] = new("its input 1 is not a constant", graph => graph.Graph.Node[0].Input[1] = "image"),
        ["no kernel"] = new("its input 1 is missing", graph => graph.Graph.Node[0].Input[1] = ""),
        ["strides"] = new("its strides are [2, 1]; two equal ones", graph => Set(graph, 0, OnnxTestGraph.List("strides", 2, 1))),
        ["three strides"] = new(
            "its stride is 3; the first convolution needs 2", graph => Set(graph, 0, OnnxTestGraph.List("strides", 3, 3))),
        ["dilations"] = new(
            "its dilation is 2; the first convolution needs 1.", graph => Set(graph, 0, OnnxTestGraph.List("dilations", 2, 2))),
        ["groups"] = new("it has 4 groups; a depthwise convolution needs 8", graph => Set(graph, 2, OnnxTestGraph.Int("group", 4))),
        ["lower padding"] = new(
            "its auto_pad is 'SAME_LOWER'; NOTSET, VALID and SAME_UPPER",
            graph => Set(graph, 0, OnnxTestGraph.Text("auto_pad", "SAME_LOWER"))),
        ["uneven padding"] = new("its pads are [1, 0, 1, 1]", graph => Set(graph, 0, OnnxTestGraph.List("pads", 1, 0, 1, 1))),
        ["padding before"] = new("its padding is 1 before and 0 after", graph => Set(graph, 0, OnnxTestGraph.List("pads", 1, 1, 0, 0))),
        ["no padding"] = new("its padding is 0 before and 0 after; a depthwise convolution needs 1 before and 1 after, or SAME",
            graph => Set(graph, 2, OnnxTestGraph.List("pads", 0, 0, 0, 0))),
        ["two paddings"] = new(
            "node 0 (Conv) by 1 before and 1 after (PyTorchSymmetric); one way is allowed in a network",
            graph => Set(graph, 0, OnnxTestGraph.List("pads", 1, 1, 1, 1))),
        ["padding of an odd side"] = new("needs 1 before and 1 after, or SAME", graph => SetInput(graph, 1, 3, 63, 63)),
        ["reflected padding"] = new("pads by 'reflect' with 0; zeros are allowed",
            graph => Set(graph, 0, OnnxTestGraph.Text("mode", "reflect")), new() { Pads = "node" }),
        ["padding of ones"] = new("pads by 'constant' with 1",
            graph => graph.Graph.Initializer[1].RawData = ByteString.CopyFrom(BitConverter.GetBytes(1f)), new() { Pads = "node" }),
        ["padding of channels"] = new("it pads by [0, 1, 0, 0, 0, 0, 1, 1]",
            graph => graph.Graph.Initializer[0] = Named(graph.Graph.Initializer[0], 0, 1, 0, 0, 0, 0, 1, 1), new() { Pads = "node" }),
        ["padding twice"] = new("its auto_pad is 'SAME_UPPER' after a padding",
            graph => Set(graph, 1, OnnxTestGraph.Text("auto_pad", "SAME_UPPER")), new() { Pads = "node" }),
        ["padding of a list"] = new("a list of 17 numbers; up to 16",
            graph => graph.Graph.Initializer[0] = Named(graph.Graph.Initializer[0], new long[17]), new() { Pads = "node" }),
        ["channels last"] = new(
            "a map whose channels come last; they must be the second dimension", graph => SetInput(graph, 1, 64, 64, 3)),
        ["bounds"] = new("limited to 0..20; the first convolution needs them limited to 0..6", graph => SetScalar(graph, 3, 20)),
        ["bounds of a list"] = new("has 8 values; one is needed", graph => graph.Graph.Node[1].Input[2] = graph.Graph.Initializer[1].Name),
        ["no activation"] = new("its results are not limited", graph => Remove(graph, 1)),
        ["relu"] = new("limited to 0..Infinity", graph => Replace(graph, 1, "Relu", 1)),
        ["other activation"] = new(
            "node 1 (HardSwish): MobileNetV2 has no such operator after 0 convolutions", graph => Replace(graph, 1, "HardSwish", 1)),
        ["activation of a projection"] = new(
            "its results are limited to 0..6; a projection needs them not limited",
            graph => AddAfter(graph, 4, "Clip", graph.Graph.Node[1].Input.Skip(1))),
        ["activation of an addition"] = new(
            "(Relu): it does not follow a convolution", graph => AddAfter(graph, IndexOf(graph, "Add"), "Relu", [])),
        ["control flow"] = new("(If): MobileNetV2 has no such operator", graph => AddAfterStem(graph, "If")),
        ["loop"] = new("(Loop): MobileNetV2 has no such operator", graph => AddAfterStem(graph, "Loop")),
        ["quantised operator"] = new("(QuantizeLinear): MobileNetV2 has no such operator", graph => AddAfterStem(graph, "QuantizeLinear")),
        ["quantised convolution"] = new("(QLinearConv): MobileNetV2 has no such operator", graph => Replace(graph, 2, "QLinearConv", 2)),
        ["operator of another domain"] = new("(com.microsoft.FusedConv): MobileNetV2 has no such operator", graph =>
            (graph.Graph.Node[2].OpType, graph.Graph.Node[2].Domain) = ("FusedConv", "com.microsoft")),
        ["cast to integers"] = new(
            "it casts to the type of number 7", graph => Set(graph, AddAfterStem(graph, "Cast"), OnnxTestGraph.Int("to", 7))),
        ["transposed map"] = new(
            "its order is [0, 1, 3, 2]", graph => Set(graph, AddAfterStem(graph, "Transpose"), OnnxTestGraph.List("perm", 0, 1, 3, 2))),
        ["reshaped map"] = new("(Flatten): MobileNetV2 has no such operator after 1 convolutions", graph => AddAfterStem(graph, "Flatten")),
        ["batch statistics"] = new(
            "training_mode, spatial", graph => Set(graph, 1, OnnxTestGraph.Int("training_mode", 1)), new() { Norm = "norm" }),
        ["norm without a convolution"] = new("it does not follow a convolution",
            graph => AddAfter(graph, IndexOf(graph, "Add"), "BatchNormalization", []), new() { Norm = "norm" }),
        ["norm of other channels"] = new(
            "has shape [4, 2]; [8] is needed", graph => Shape(graph.Graph.Initializer[1], 4, 2), new() { Norm = "norm" }),
        ["variance"] = new("a variance of -1 and an epsilon of 0.001; their sum must be above 0",
            graph => graph.Graph.Initializer[4].RawData = Floats(8, -1), new() { Norm = "norm", NormOf = FirstAlone }),
        ["scale of pixels"] = new(
            "does not apply per channel to an image, a convolution or a classifier",
            graph => Shape(graph.Graph.Initializer[1], 8),
            new() { Norm = "scale" }),
        ["scale after an activation"] = new(
            "it comes after an activation or 12 such operations", graph => AddAfterStem(graph, "Mul", ScalarOf(graph, 2))),
        ["many scales"] = new("it comes after an activation or 12 such operations", ScaleOften),
        ["three addends"] = new("it has 3 inputs; two are allowed", graph => graph.Graph.Node[IndexOf(graph, "Add")].Input.Add("image")),
        ["difference"] = new("(Sub): MobileNetV2 has no such operator", graph => graph.Graph.Node[IndexOf(graph, "Add")].OpType = "Sub"),
        ["part of the map"] = new("it averages over 1 x 1; one average over 2 x 2 of each of 1280 channels is allowed",
            graph => Set(graph, IndexOf(graph, "AveragePool"), OnnxTestGraph.List("kernel_shape", 1, 1)), new() { Pool = "square" }),
        ["classifier"] = new("its kernel has shape [5, 640]; a classifier needs [classes, 1280]", graph => Shape(Kernel(graph), 5, 640)),
        ["end"] =
            new("ends after 51 convolutions of MobileNetV2: 17 inverted residuals are there, and no last 1x1 convolution of 1152 "
                + "channels or more",
            graph => RemoveFrom(graph, IndexOf(graph, "GlobalAveragePool") - 2)),
        ["no shortcut"] = new(
            "the block before it needs an addition of its input", graph => Remove(graph, IndexOf(graph, "Add"), second: true)),
        ["normalisation"] = new("a deviation of 0 0 0; finite numbers, and deviations above 0", _ => { }, new()
        {
            Normalize = (graph, x) => graph.Node("Div", [x, graph.Scalar(0)]),
        }),
        ["metadata's padding"] = new(
            "its metadata 'padding' is 'PyTorchSymmetric', but its graph pads as TensorFlowSame",
            graph => Metadata(graph, "padding", "PyTorchSymmetric")),
        ["metadata's network"] = new("the network of its metadata", graph =>
        {
            Metadata(graph, "architecture.stages", "1,16,1,1 6,24,2,2 6,32,3,2 6,64,4,2 6,96,3,1 6,160,3,2 6,320,1,1");
            Metadata(graph, "architecture.width_multiplier", "0.5");
            Metadata(graph, "architecture.round_nearest", "8");
            Metadata(graph, "architecture.dropout", "0.2");
        }),
        ["named network"] = new(
            "'features.0.0' of the given network has [32, 3, 3, 3] and 2", _ => { }, null, new() { Architecture = new() }),
    };

    public static TheoryData<string> Changes => [.. s_changes.Keys];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Read_AnotherNetwork_SaysWhatWasFoundAndWhatIsNeeded(string change)
    {
        (string message, Action<OnnxTestGraph> apply, OnnxTestNetwork? network, WeightsFileOptions? options) = s_changes[change];
        OnnxTestGraph graph = (network ?? new()).Build();
        apply(graph);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(
            () => OnnxReader.Read("net.onnx", graph.Bytes(), options ?? new()));

        Assert.Contains("net.onnx", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    private static string FirstAlone(string layer, string norm) => layer == "features.0.0" ? norm : "bias";

    private static TensorProto First(OnnxTestGraph graph) => graph.Graph.Initializer[0];

    private static TensorProto Kernel(OnnxTestGraph graph)
    {
        string name = graph.Graph.Node[IndexOf(graph, "Gemm")].Input[1];
        TensorProto kernel = graph.Graph.Initializer.Single(tensor => tensor.Name == name);
        return kernel;
    }

    private static int IndexOf(OnnxTestGraph graph, string type)
    {
        int index = 0;
        while (graph.Graph.Node[index].OpType != type)
        {
            index++;
        }

        return index;
    }

    private static void SetInput(OnnxTestGraph graph, params object?[] shape) =>
        graph.Graph.Input[0] = OnnxTestGraph.Value(OnnxTestNetwork.Pixels, shape);

    private static void Shape(TensorProto tensor, params long[] sizes)
    {
        tensor.Dims.Clear();
        tensor.Dims.Add(sizes);
    }

    private static TensorProto Named(TensorProto old, params long[] values)
    {
        TensorProto tensor = OnnxTestGraph.Int64(values);
        tensor.Name = old.Name;
        return tensor;
    }

    private static ByteString Floats(int count, float value) =>
        ByteString.CopyFrom([.. Enumerable.Repeat(value, count).SelectMany(BitConverter.GetBytes)]);

    private static void SetScalar(OnnxTestGraph graph, int initializer, float value) =>
        graph.Graph.Initializer[initializer].RawData = Floats(1, value);

    private static void Set(OnnxTestGraph graph, int node, AttributeProto attribute)
    {
        NodeProto found = graph.Graph.Node[node];
        if (found.Attribute.FirstOrDefault(other => other.Name == attribute.Name) is { } other)
        {
            found.Attribute.Remove(other);
        }

        found.Attribute.Add(attribute);
    }

    private static string ScalarOf(OnnxTestGraph graph, float value) => graph.Scalar(value);

    private static int AddAfterStem(OnnxTestGraph graph, string type, params string[] inputs) => AddAfter(graph, 1, type, inputs);

    /// <summary>Puts a node between one and those that take its result.</summary>
    private static int AddAfter(OnnxTestGraph graph, int index, string type, IEnumerable<string> inputs)
    {
        string result = graph.Graph.Node[index].Output[0];
        foreach (NodeProto taker in graph.Graph.Node)
        {
            for (int i = 0; i < taker.Input.Count; i++)
            {
                taker.Input[i] = taker.Input[i] == result ? "inserted" : taker.Input[i];
            }
        }

        graph.Graph.Node.Insert(index + 1, new NodeProto { OpType = type, Input = { inputs.Prepend(result) }, Output = { "inserted" } });
        return index + 1;
    }

    private static void Replace(OnnxTestGraph graph, int index, string type, int inputs)
    {
        NodeProto node = graph.Graph.Node[index];
        node.OpType = type;
        while (node.Input.Count > inputs)
        {
            node.Input.RemoveAt(inputs);
        }
    }

    private static void Remove(OnnxTestGraph graph, int index, bool second = false)
    {
        NodeProto removed = graph.Graph.Node[index];
        graph.Graph.Node.RemoveAt(index);
        foreach (NodeProto taker in graph.Graph.Node)
        {
            for (int i = 0; i < taker.Input.Count; i++)
            {
                taker.Input[i] = taker.Input[i] == removed.Output[0] ? removed.Input[second ? 1 : 0] : taker.Input[i];
            }
        }
    }

    private static void RemoveFrom(OnnxTestGraph graph, int index)
    {
        while (graph.Graph.Node.Count > index)
        {
            graph.Graph.Node.RemoveAt(index);
        }
    }

    private static void ScaleOften(OnnxTestGraph graph)
    {
        string scale = graph.Scalar(1);
        for (int i = 0; i < 13; i++)
        {
            AddAfter(graph, i, "Mul", [scale]);
            graph.Graph.Node[i + 1].Output[0] = $"scaled{i}";
            foreach (NodeProto taker in graph.Graph.Node.Skip(i + 2))
            {
                for (int input = 0; input < taker.Input.Count; input++)
                {
                    taker.Input[input] = taker.Input[input] == "inserted" ? $"scaled{i}" : taker.Input[input];
                }
            }
        }
    }

    private static void Metadata(OnnxTestGraph graph, string key, string value) =>
        graph.Model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
}

using Google.Protobuf;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.WeightsImport.Onnx;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Onnx;

/// <summary>Damaged ONNX files give nothing but <see cref="WeightsFormatException"/>, and no more memory than the weights need.</summary>
public sealed class OnnxHostileFilesTests
{
    // Files that need little memory, whatever they claim: the parser's own objects for a small graph.
    private const long LittleMemory = 4_000_000;

    [Fact]
    public void Read_DamagedStructure_OnlyThrowsWeightsFormatException()
    {
        byte[] file = WithWeightsLast(new OnnxTestNetwork { Norm = "norm", Classes = 2 }, out int dataStart);

        (int refused, long mostAllocated) = Mutations.Run(file, ..dataStart, 2000, bytes => OnnxReader.Read("damaged", bytes, new()));

        Assert.InRange(refused, 300, 2000);
        Assert.InRange(mostAllocated, 0, 8L * file.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(5000)]
    [InlineData(200_000)]
    public void Read_ShortenedFile_Throws(int length)
    {
        byte[] file = new OnnxTestNetwork().Build().Bytes();

        Assert.Throws<WeightsFormatException>(() => OnnxReader.Read("short", file.AsMemory(0, length), new()));
    }

    // Tags of protobuf: number x 8 + type, where 2 is bytes with their length before them.
    [Theory]
    [InlineData("nodes", 0x0a, 20_001, "more than 20,000 nodes")]
    [InlineData("constants", 0x2a, 200_001, "more than 200,000 messages")]
    [InlineData("names of unknown kind", 0xfa, 1_000_001, "more than 1,000,000 fields")]
    public void Read_MillionsOfEmptyMessages_ThrowsWithoutMakingThem(string kind, int tag, int count, string message)
    {
        byte[] item = tag > 0x7f ? [(byte)tag, 0x7f, 0] : [(byte)tag, 0];
        byte[] file = Model(Field(0x3a, [.. Enumerable.Repeat(item, count).SelectMany(bytes => bytes)]));

        long allocated = Refuse(kind, file, message);

        Assert.InRange(allocated, 0, LittleMemory);
    }

    [Theory]
    [InlineData("dimensions", 0x2a, 0x0a, 1_000_001, "more than 1,000,000 fields")]
    [InlineData("integers", 0x2a, 0x3a, 1_000_001, "more than 1,000,000 fields")]
    [InlineData("short values", 0x2a, 0x2a, 16_000_001, "more than 16,000,000 values")]
    public void Read_MillionsOfPackedNumbers_ThrowsWithoutMakingThem(string kind, int outer, int inner, int count, string message)
    {
        byte[] file = Model(Field(0x3a, Field(outer, Field(inner, new byte[count]))));

        Assert.InRange(Refuse(kind, file, message), 0, LittleMemory);
    }

    [Fact]
    public void Read_MillionsOfPackedNumbersOfAnAttribute_ThrowsWithoutMakingThem()
    {
        byte[] file = Model(Field(0x3a, Field(0x0a, Field(0x2a, Field(0x42, new byte[1_000_001])))));

        Assert.InRange(Refuse("attribute", file, "more than 1,000,000 fields"), 0, LittleMemory);
    }

    [Theory]
    [InlineData(new byte[] { 0x0b })]
    [InlineData(new byte[] { 0x00 })]
    [InlineData(new byte[] { 0x0a })]
    [InlineData(new byte[] { 0x0a, 5, 1 })]
    [InlineData(new byte[] { 0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1 })]
    [InlineData(new byte[] { 0x11, 1, 2, 3 })]
    [InlineData(new byte[] { 0x15, 1, 2 })]
    public void Read_FieldThatDoesNotFit_Throws(byte[] graph) =>
        Refuse("damaged", Model(Field(0x3a, graph)), "a field of an ONNX message (Graph)");

    [Fact]
    public void Read_GraphsWithinAttributes_AreNotParsed()
    {
        // Attributes hold graphs, those nodes, and those attributes again: a hundred thousand levels.
        byte[] nested = [];
        for (int level = 0; level < 12; level++)
        {
            nested = Field(0x32, Field(0x0a, Field(0x2a, nested)));
        }

        OnnxTestGraph graph = new OnnxTestNetwork().Build();
        byte[] file =
        [
            .. graph.Bytes(),
            .. Field(0x3a, Field(0x0a, [.. Field(0x12, "loop"u8.ToArray()), .. Field(0x22, "Loop"u8.ToArray()), .. Field(0x2a, nested)])),
        ];

        Assert.Equal(5, OnnxReader.Read("nested", file, new()).Architecture.NumClasses);
    }

    [Fact]
    public void Read_OneKernelForManyLayers_IsLimitedByTheFile()
    {
        OnnxTestGraph graph = new OnnxTestNetwork { Classes = 0 }.Build();
        foreach (TensorProto tensor in graph.Graph.Initializer.Where(tensor => tensor.RawData.Length > 1000))
        {
            tensor.RawData = ByteString.Empty;
        }

        Refuse("shared", graph.Bytes(), "weights, but the file has");
    }

    [Theory]
    [InlineData(new byte[] { 8, 8, 0x3a, 0 }, true)]
    [InlineData(new byte[] { 8, 8, 0x12, 1, 65, 0x3a, 0 }, true)]
    [InlineData(new byte[] { 8, 8, 0x28, 1, 0x3a }, true)]
    [InlineData(new byte[] { 8, 0, 0x3a, 0 }, false)]
    [InlineData(new byte[] { 8, 8 }, false)]
    [InlineData(new byte[] { 8, 1, 0x12, 3, 1, 2, 3 }, false)]
    [InlineData(new byte[] { 8, 8, 0x12, 9, 65 }, false)]
    [InlineData(new byte[] { 8, 8, 0x38, 1 }, false)]
    [InlineData(new byte[] { 0x0a, 2, 1, 2, 0x3a, 0 }, false)]
    [InlineData(new byte[] { 8, 8, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d }, false)]
    [InlineData(new byte[] { }, false)]
    public void Recognizes_AVersionThenFieldsOfAModelUpToTheGraph(byte[] start, bool isOnnx) =>
        Assert.Equal(isOnnx, OnnxReader.Recognizes(start));

    private static long Refuse(string name, byte[] file, string message)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => OnnxReader.Read(name, file, new()));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
        return allocated;
    }

    private static byte[] Model(byte[] fields) => [8, 8, .. fields];

    private static byte[] Field(int tag, byte[] value)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag((uint)tag);
            output.WriteBytes(ByteString.CopyFrom(value));
        }

        return stream.ToArray();
    }

    /// <summary>A file whose structure comes before its weights: constants are parts of the graph that follow all else.</summary>
    private static byte[] WithWeightsLast(OnnxTestNetwork network, out int dataStart)
    {
        OnnxTestGraph graph = network.Build();
        TensorProto[] constants = [.. graph.Graph.Initializer];
        graph.Graph.Initializer.Clear();
        byte[] structure = graph.Bytes();
        graph.Graph.Initializer.Add(constants.OrderBy(tensor => tensor.RawData.Length));
        dataStart = structure.Length + (constants.Length * 20);
        return [.. structure, .. new ModelProto { Graph = new GraphProto { Initializer = { graph.Graph.Initializer } } }.ToByteArray()];
    }
}

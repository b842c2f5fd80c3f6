namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>A vector of numbers or of other pieces.</summary>
internal sealed class FlatVectorNode : FlatNode
{
    private readonly int _count;
    private readonly Action<BinaryWriter, List<(FlatNode, long)>> _write;

    private FlatVectorNode(int count, Action<BinaryWriter, List<(FlatNode, long)>> write, bool isData = false)
    {
        _count = count;
        _write = write;
        IsData = isData;
    }

    /// <summary>Whether it holds the values of a tensor; those go to the end of the file.</summary>
    public bool IsData { get; }

    public static FlatVectorNode Of(IEnumerable<FlatNode> nodes)
    {
        FlatNode[] all = [.. nodes];
        return new(all.Length, (writer, children) =>
        {
            foreach (FlatNode node in all)
            {
                children.Add((node, writer.BaseStream.Position));
                writer.Write(0);
            }
        });
    }

    public static FlatVectorNode Of(int[] values) => new(values.Length, (writer, _) => Array.ForEach(values, writer.Write));

    public static FlatVectorNode Of(long[] values) => new(values.Length, (writer, _) => Array.ForEach(values, writer.Write));

    public static FlatVectorNode Of(float[] values) => new(values.Length, (writer, _) => Array.ForEach(values, writer.Write));

    public static FlatVectorNode Of(byte[] data) => new(data.Length, (writer, _) => writer.Write(data), isData: true);

    protected override long Write(BinaryWriter writer, List<(FlatNode Node, long OffsetAt)> children)
    {
        long start = writer.BaseStream.Position;
        writer.Write(_count);
        _write(writer, children);
        return start;
    }
}

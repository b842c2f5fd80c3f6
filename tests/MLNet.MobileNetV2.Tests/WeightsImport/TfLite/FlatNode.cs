namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>A piece of a FlatBuffers file that is written by hand: bytes with offsets to other pieces.</summary>
internal abstract class FlatNode
{
    /// <summary>Lays pieces out level by level, each after those that point to it, as FlatBuffers' unsigned offsets demand.</summary>
    /// <returns>The file, and the position at which vectors of plain bytes (the weights) begin.</returns>
    public static (byte[] File, int DataStart) Write(FlatNode root, string identifier)
    {
        var file = new MemoryStream();
        var writer = new BinaryWriter(file);
        writer.Write(0);
        writer.Write(System.Text.Encoding.ASCII.GetBytes(identifier));
        var level = new List<(FlatNode Node, long OffsetAt)> { (root, 0) };
        var data = new List<(FlatNode, long)>();
        while (level.Count > 0)
        {
            level = WriteLevel(writer, level, data);
        }

        int dataStart = (int)file.Position;
        WriteLevel(writer, data, []);
        return (file.ToArray(), dataStart);
    }

    private static List<(FlatNode Node, long OffsetAt)> WriteLevel(
        BinaryWriter writer, List<(FlatNode Node, long OffsetAt)> level, List<(FlatNode Node, long OffsetAt)> data)
    {
        Stream file = writer.BaseStream;
        var next = new List<(FlatNode Node, long OffsetAt)>();
        foreach ((FlatNode node, long offsetAt) in level)
        {
            writer.Write(new byte[-file.Position & 7]);
            long start = node.Write(writer, next);
            long end = file.Position;
            file.Position = offsetAt;
            writer.Write((uint)(start - offsetAt));
            file.Position = end;
        }

        data.AddRange(next.Where(entry => entry.Node is FlatVectorNode { IsData: true }));
        next.RemoveAll(entry => entry.Node is FlatVectorNode { IsData: true });
        return next;
    }

    /// <summary>Writes the piece and names the positions of its offsets.</summary>
    /// <returns>The position that offsets to the piece point to.</returns>
    protected abstract long Write(BinaryWriter writer, List<(FlatNode Node, long OffsetAt)> children);
}

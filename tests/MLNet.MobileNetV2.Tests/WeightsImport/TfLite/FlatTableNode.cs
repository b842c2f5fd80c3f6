namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>A table: values (byte, int, uint) and other pieces by their field's index.</summary>
internal sealed class FlatTableNode(IReadOnlyDictionary<int, object> fields) : FlatNode
{
    private const int SlotSize = 4;

    protected override long Write(BinaryWriter writer, List<(FlatNode Node, long OffsetAt)> children)
    {
        int[] present = [.. fields.Keys.Order()];
        int entries = present.Length == 0 ? 0 : present[^1] + 1;
        long vtable = writer.BaseStream.Position;
        writer.Write((ushort)(4 + (2 * entries)));
        writer.Write((ushort)(4 + (SlotSize * present.Length)));
        for (int field = 0; field < entries; field++)
        {
            int slot = Array.IndexOf(present, field);
            writer.Write((ushort)(slot < 0 ? 0 : 4 + (SlotSize * slot)));
        }

        writer.Write(new byte[-writer.BaseStream.Position & 3]);
        long table = writer.BaseStream.Position;
        writer.Write((int)(table - vtable));
        foreach (int field in present)
        {
            switch (fields[field])
            {
                case FlatNode child:
                    children.Add((child, writer.BaseStream.Position));
                    writer.Write(0);
                    break;
                case byte value:
                    writer.Write((uint)value);
                    break;
                case int value:
                    writer.Write(value);
                    break;
                case uint value:
                    writer.Write(value);
                    break;
                default:
                    throw new NotSupportedException();
            }
        }

        return table;
    }
}

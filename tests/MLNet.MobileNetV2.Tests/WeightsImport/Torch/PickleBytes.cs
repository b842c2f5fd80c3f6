using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>A pickle laid out by hand, opcode by opcode; text and globals are numbered and referred to again, as picklers do.</summary>
internal sealed class PickleBytes(int protocol = 2)
{
    private const int FirstFramedProtocol = 4;

    private readonly List<byte> _bytes = [];
    private readonly Dictionary<string, int> _memo = [];

    private bool IsFramed => protocol >= FirstFramedProtocol;

    public PickleBytes Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Opcodes and their arguments, each byte as the character of the same number.</summary>
    public PickleBytes Ops(string opcodes) => Raw(Encoding.Latin1.GetBytes(opcodes));

    public PickleBytes Text(string text)
    {
        if (_memo.ContainsKey(text))
        {
            return Recall(text);
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return IsFramed
            ? Raw(0x8c, (byte)utf8.Length).Raw(utf8).Remember(text)
            : Ops("X").Raw(UInt32(utf8.Length)).Raw(utf8).Remember(text);
    }

    /// <summary>Numbers the value on top of the stack.</summary>
    public PickleBytes Remember(string key)
    {
        int number = _memo.Count;
        _memo.Add(key, number);
        if (IsFramed)
        {
            return Raw(0x94);
        }

        return number <= byte.MaxValue ? Ops("q").Raw((byte)number) : Ops("r").Raw(UInt32(number));
    }

    /// <summary>Pushes a numbered value again.</summary>
    public PickleBytes Recall(string key) =>
        _memo[key] <= byte.MaxValue ? Ops("h").Raw((byte)_memo[key]) : Ops("j").Raw(UInt32(_memo[key]));

    public PickleBytes Integer(long value) => value switch
    {
        >= 0 and <= byte.MaxValue => Ops("K").Raw((byte)value),
        >= 0 and <= ushort.MaxValue => Ops("M").Raw((byte)value, (byte)(value >> 8)),
        >= int.MinValue and <= int.MaxValue => Ops("J").Raw(UInt32(value)),
        _ => Raw(0x8a, sizeof(long)).Raw(BitConverter.GetBytes(value)),
    };

    public PickleBytes Global(string module, string name)
    {
        string key = $"{module} {name}";
        if (_memo.ContainsKey(key))
        {
            return Recall(key);
        }

        return IsFramed
            ? Text(module).Text(name).Raw(0x93).Remember(key)
            : Ops(string.Create(CultureInfo.InvariantCulture, $"c{module}\n{name}\n")).Remember(key);
    }

    public PickleBytes Tuple(params ReadOnlySpan<long> values)
    {
        if (values.IsEmpty)
        {
            return Ops(")");
        }

        bool needsMark = values.Length > 3;
        Ops(needsMark ? "(" : "");
        foreach (long value in values)
        {
            Integer(value);
        }

        return needsMark ? Ops("t") : Raw((byte)(0x84 + values.Length));
    }

    public PickleBytes EmptyOrderedDict() => Global("collections", "OrderedDict").Ops(")R");

    public PickleBytes Storage(TorchTestStorage storage, bool isLegacy = false) =>
        Ops("(").Text("storage").Global("torch", $"{storage.Type}Storage").Text(storage.Key).Text("cpu").Integer(storage.Count)
            .Ops(isLegacy ? "NtQ" : "tQ");

    public PickleBytes Tensor(TorchTestStorage storage, long offset, long[] sizes, long[] strides, bool isLegacy = false) =>
        Global("torch._utils", "_rebuild_tensor_v2").Ops("(").Storage(storage, isLegacy)
            .Integer(offset).Tuple(sizes).Tuple(strides).Raw(0x89).EmptyOrderedDict().Ops("tR");

    /// <summary>The whole pickle: protocol, frame where the protocol has them, and the end.</summary>
    public byte[] End()
    {
        byte[] frame = IsFramed ? [0x95, .. BitConverter.GetBytes(_bytes.Count + 1L)] : [];
        return [0x80, (byte)protocol, .. frame, .. _bytes, (byte)'.'];
    }

    private static byte[] UInt32(long value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
        return bytes;
    }
}

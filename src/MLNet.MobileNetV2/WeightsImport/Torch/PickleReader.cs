using System.Numerics;

namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>
/// Reads one pickle as data: numbers, text, tuples (<c>object?[]</c>), lists, dictionaries, and what <see cref="TorchObjects"/> knows.
/// </summary>
/// <remarks>
/// Every opcode adds at most one value, so their number bounds the stack, the memo and the depth; values are never walked recursively,
/// and a dictionary may hold itself.
/// </remarks>
internal sealed class PickleReader(PickleInput input, TorchObjects objects)
{
    private const int MinProtocol = 2;
    private const int MaxProtocol = 5;

    // A tensor with its name takes some forty opcodes: the limit is far above networks of hundreds of layers and their optimizers.
    private const int MaxSteps = 1 << 19;

    private static readonly object?[] s_emptyTuple = [];

    private readonly PickleStack _stack = new(input);
    private readonly PickleMemo _memo = new(input);
    private int _steps;

    /// <summary>The value of the pickle, after which the input goes on.</summary>
    public object? Read()
    {
        for (var opcode = (PickleOpcode)input.Byte(); opcode != PickleOpcode.Stop; opcode = (PickleOpcode)input.Byte())
        {
            CountSteps(1);
            Run(opcode);
        }

        return _stack.Single();
    }

    private void Run(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto:
                CheckProtocol(input.Byte());
                break;
            case PickleOpcode.Frame:
                CheckFrame(input.Int64());
                break;
            case PickleOpcode.Mark:
                _stack.Mark();
                break;
            case PickleOpcode.Pop:
                _stack.Pop();
                break;
            case PickleOpcode.BinPut:
                _memo.Put(input.Byte(), _steps, _stack.Peek());
                break;
            case PickleOpcode.LongBinPut:
                _memo.Put(input.UInt32(), _steps, _stack.Peek());
                break;
            case PickleOpcode.Memoize:
                _memo.Put(_memo.NextIndex, _steps, _stack.Peek());
                break;
            case PickleOpcode.Append:
                Append(_stack.Pop(1));
                break;
            case PickleOpcode.Appends:
                Append(_stack.PopMark());
                break;
            case PickleOpcode.SetItem:
                SetItems(_stack.Pop(2));
                break;
            case PickleOpcode.SetItems:
                SetItems(_stack.PopMark());
                break;
            case PickleOpcode.Build:
                DropAttributes();
                break;
            default:
                _stack.Push(Value(opcode));
                break;
        }
    }

    private object? Value(PickleOpcode opcode) => opcode switch
    {
        PickleOpcode.None => null,
        PickleOpcode.NewTrue => true,
        PickleOpcode.NewFalse => false,
        PickleOpcode.BinInt => (long)input.Int32(),
        PickleOpcode.BinInt1 => (long)input.Byte(),
        PickleOpcode.BinInt2 => (long)input.UInt16(),
        PickleOpcode.Long1 => Integer(input.Bytes(input.Byte())),
        PickleOpcode.BinFloat => input.Double(),
        PickleOpcode.ShortBinUnicode => input.Text(input.Byte()),
        PickleOpcode.BinUnicode => input.Text(input.UInt32()),
        PickleOpcode.BinUnicode8 => input.Text(input.Int64()),
        PickleOpcode.ShortBinString => input.Latin1(input.Byte()),
        PickleOpcode.BinString => input.Latin1(input.Int32()),
        PickleOpcode.EmptyList => new List<object?>(),
        PickleOpcode.EmptyDict => new PickleDictionary(isOrderedDict: false),
        PickleOpcode.EmptyTuple => s_emptyTuple,
        PickleOpcode.Tuple1 => _stack.Pop(1),
        PickleOpcode.Tuple2 => _stack.Pop(2),
        PickleOpcode.Tuple3 => _stack.Pop(3),
        PickleOpcode.Tuple => _stack.PopMark(),
        PickleOpcode.BinGet => _memo.Get(input.Byte()),
        PickleOpcode.LongBinGet => _memo.Get(input.UInt32()),
        PickleOpcode.Global => objects.Global(input.Line(), input.Line()),
        PickleOpcode.StackGlobal => StackGlobal(_stack.Pop(2)),
        PickleOpcode.Reduce => Call(_stack.Pop(2)),
        PickleOpcode.BinPersId => objects.Storage(_stack.Pop()),
        _ => throw input.Error(
            $"its pickle has the opcode 0x{(byte)opcode:x2}, which tensors, dictionaries, lists, numbers and text do not need."),
    };

    private static object Integer(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(bytes);
        if (bytes.Length > sizeof(long))
        {
            return value;
        }

        return (long)value;
    }

    private object StackGlobal(object?[] names) => names is [string module, string name]
        ? objects.Global(module, name)
        : throw input.Error("its pickle names a global by something other than text.");

    private object Call(object?[] functionAndArguments)
    {
        object result = objects.Call(functionAndArguments[0], functionAndArguments[1]);
        if (result is PickleDictionary copy)
        {
            CountSteps(copy.Entries.Count);
        }

        return result;
    }

    private void Append(object?[] values)
    {
        if (_stack.Peek() is not List<object?> list)
        {
            throw input.Error("its pickle appends to something other than a list.");
        }

        list.AddRange(values);
    }

    private void SetItems(object?[] keysAndValues)
    {
        if (_stack.Peek() is not PickleDictionary dictionary || keysAndValues.Length % 2 != 0)
        {
            throw input.Error("its pickle sets items of something other than a dictionary, or a key without a value.");
        }

        for (int i = 0; i < keysAndValues.Length; i += 2)
        {
            dictionary.Add(keysAndValues[i], keysAndValues[i + 1]);
        }
    }

    private void DropAttributes()
    {
        _stack.Pop();
        if (_stack.Peek() is not PickleDictionary { IsOrderedDict: true })
        {
            throw input.Error("its pickle sets attributes of something other than an OrderedDict.");
        }
    }

    private void CheckProtocol(byte protocol)
    {
        if (protocol is < MinProtocol or > MaxProtocol)
        {
            throw input.Error($"its pickle has the protocol {protocol}; {MinProtocol} to {MaxProtocol} are allowed.");
        }
    }

    private void CheckFrame(long length)
    {
        if (length < 0 || length > input.Remaining)
        {
            throw input.Error($"its pickle has a frame of {length:N0} bytes; {input.Remaining:N0} are left.");
        }
    }

    private void CountSteps(int count)
    {
        _steps += count;
        if (_steps > MaxSteps)
        {
            throw input.Error($"its pickle has more than {MaxSteps:N0} steps.");
        }
    }
}

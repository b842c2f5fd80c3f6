using System.Globalization;
using System.Numerics;
using MLNet.MobileNetV2.WeightsImport.Torch;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>Every opcode that is read, and the errors of pickles; expected values are those of Python's own reader.</summary>
public sealed class PickleReaderTests
{
    [Theory]
    [InlineData("4e", null)]
    [InlineData("88", true)]
    [InlineData("89", false)]
    [InlineData("4bff", 255L)]
    [InlineData("4dff ff", 65535L)]
    [InlineData("4affffffff", -1L)]
    [InlineData("4a00000080", -2147483648L)]
    [InlineData("8a00", 0L)]
    [InlineData("8a01ff", -1L)]
    [InlineData("8a0200ff", -256L)]
    [InlineData("8a08ffffffffffffff7f", long.MaxValue)]
    [InlineData("473ff8000000000000", 1.5)]
    [InlineData("8c02c3a9", "é")]
    [InlineData("5802000000c3a9", "é")]
    [InlineData("8d0200000000000000c3a9", "é")]
    [InlineData("5502c3a9", "Ã©")]
    [InlineData("5402000000c3a9", "Ã©")]
    [InlineData("8004 4b01", 1L)]
    [InlineData("4b01 4b02 30", 1L)]
    [InlineData("4b01 7100 30 6800", 1L)]
    [InlineData("4b01 7201000000 30 6a01000000", 1L)]
    [InlineData("4b01 94 30 4b02 94 30 6801", 2L)]
    [InlineData("4e 7100 30 6800", null)]
    [InlineData("95 0200000000000000 4e", null)]
    public void Read_Value_IsPythons(string hex, object? expected) => Assert.Equal(expected, Read(hex));

    [Fact]
    public void Read_LongInteger_IsExact() => Assert.Equal(
        BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture), Read("8a0a6cfc9c46f9206aa85019"));

    [Theory]
    [InlineData("29", new object[] { })]
    [InlineData("4b01 85", new object[] { 1L })]
    [InlineData("4b01 4b02 86", new object[] { 1L, 2L })]
    [InlineData("4b01 4b02 4b03 87", new object[] { 1L, 2L, 3L })]
    [InlineData("28 4b01 4b02 4b03 4b04 74", new object[] { 1L, 2L, 3L, 4L })]
    [InlineData("28 74", new object[] { })]
    [InlineData("5d", new object[] { })]
    [InlineData("5d 4b01 61", new object[] { 1L })]
    [InlineData("5d 4b01 61 28 4b02 4b03 65", new object[] { 1L, 2L, 3L })]
    public void Read_TupleOrList_HoldsItsValues(string hex, object[] expected) =>
        Assert.Equal(expected, Assert.IsAssignableFrom<IEnumerable<object?>>(Read(hex)));

    [Theory]
    [InlineData("7d", "")]
    [InlineData("7d 4b01 4b02 73", "1=2")]
    [InlineData("7d 28 4b01 4b02 4b03 4b04 75", "1=2 3=4")]
    [InlineData("63 636f6c6c656374696f6e730a 4f726465726564446963740a 29 52 4b01 4b02 73", "1=2")]
    [InlineData("63 636f6c6c656374696f6e730a 4f726465726564446963740a 5d 28 5d284b014b0265 4b034b0486 65 85 52", "1=2 3=4")]
    public void Read_Dictionary_HoldsItsItems(string hex, string expected) =>
        Assert.Equal(
            expected, string.Join(' ', Assert.IsType<PickleDictionary>(Read(hex)).Entries.Select(item => $"{item.Key}={item.Value}")));

    [Fact]
    public void Read_AttributesOfAnOrderedDict_AreDropped()
    {
        PickleBytes pickle = new PickleBytes().EmptyOrderedDict().Ops("}").Text("_metadata").Ops("NsbK\u0001K\u0002s");

        Assert.Single(Assert.IsType<PickleDictionary>(Read(pickle.End())).Entries);
    }

    [Fact]
    public void Read_DictionaryThatHoldsItself_Ends()
    {
        var dictionary = Assert.IsType<PickleDictionary>(Read("7d7100 4b01 6800 73 6800 6800 73"));

        Assert.Equal(2, dictionary.Entries.Count);
        Assert.All(dictionary.Entries, item => Assert.Same(dictionary, item.Value));
    }

    [Theory]
    [InlineData("", "1 bytes are needed at position 2; 0 are left")]
    [InlineData("4a0000", "4 bytes are needed")]
    [InlineData("58ffffffff", "4,294,967,295 bytes are needed")]
    [InlineData("8dffffffffffffffff", "-1 bytes are needed")]
    [InlineData("8dffffffffffffff7f", "9,223,372,036,854,775,807 bytes are needed")]
    [InlineData("54ffffffff", "-1 bytes are needed")]
    [InlineData("8aff", "255 bytes are needed")]
    [InlineData("8c01ff2e", "not UTF-8")]
    [InlineData("8c03eda0802e", "not UTF-8")]
    [InlineData("8001", "the protocol 1; 2 to 5 are allowed")]
    [InlineData("8006", "the protocol 6; 2 to 5 are allowed")]
    [InlineData("95ffffffffffffffff", "a frame of -1 bytes")]
    [InlineData("950300000000000000 4e2e", "a frame of 3 bytes; 2 are left")]
    [InlineData("2e", "ends with 0 values and 0 marks")]
    [InlineData("4e4e2e", "ends with 2 values and 0 marks")]
    [InlineData("4e282e", "ends with 1 values and 1 marks")]
    [InlineData("30", "takes a value from an empty stack")]
    [InlineData("4e2830", "takes a value from an empty stack")]
    [InlineData("4e2885", "takes a value from an empty stack")]
    [InlineData("7100", "takes a value from an empty stack")]
    [InlineData("4e4e87", "takes a value from an empty stack")]
    [InlineData("51", "takes a value from an empty stack")]
    [InlineData("74", "from a missing mark")]
    [InlineData("65", "from a missing mark")]
    [InlineData("75", "from a missing mark")]
    [InlineData("2865", "takes a value from an empty stack")]
    [InlineData("7d4e61", "appends to something other than a list")]
    [InlineData("7d284e65", "appends to something other than a list")]
    [InlineData("5d4e4e73", "sets items of something other than a dictionary")]
    [InlineData("7d284e75", "a key without a value")]
    [InlineData("7d4e62", "sets attributes of something other than an OrderedDict")]
    [InlineData("5d4e62", "sets attributes of something other than an OrderedDict")]
    [InlineData("6800", "the value number 0, which it does not have")]
    [InlineData("6affffffff", "the value number 4294967295, which it does not have")]
    [InlineData("4e7102 6801", "the value number 1, which it does not have")]
    [InlineData("4e7104", "the number 4; up to 3 are allowed there")]
    [InlineData("4e72ffffffff", "the number 4294967295; up to 3 are allowed there")]
    [InlineData("4e4e93", "a global by something other than text")]
    [InlineData("8c026f734e93", "a global by something other than text")]
    [InlineData("636f73", "a name in its pickle has no end")]
    [InlineData("636f730a", "a name in its pickle has no end")]
    [InlineData("63ff0a", "not UTF-8")]
    [InlineData("636f730a73797374656d0a", "holds a 'os.system', which is code")]
    [InlineData("8c026f738c0673797374656d93", "holds a 'os.system', which is code")]
    [InlineData("4e2952", "calls something that is not a function")]
    [InlineData("63746f7263680a466c6f617453746f726167650a2952", "calls something that is not a function")]
    [InlineData("4e51", "something other than a storage")]
    public void Read_MalformedPickle_SaysWhatWasFound(string hex, string message)
    {
        byte[] pickle = [0x80, 2, .. Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))];

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => Read(pickle));

        Assert.Equal("hand", e.FileOrName);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("__builtin__", "eval")]
    [InlineData("builtins", "exec")]
    [InlineData("torch.nn.modules.conv", "Conv2d")]
    [InlineData("torchvision.models.mobilenetv2", "MobileNetV2")]
    [InlineData("numpy.core.multiarray", "scalar")]
    [InlineData("torch", "ComplexFloatStorage")]
    [InlineData("torch", "99Storage")]
    [InlineData("torch.cuda", "FloatStorage")]
    [InlineData("Collections", "OrderedDict")]
    public void Read_GlobalOutsideTheList_IsNamedAndRefused(string module, string name)
    {
        byte[] pickle = new PickleBytes().Global(module, name).Ops(")").Raw(0x81).End();

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => Read(pickle));

        Assert.Contains($"holds a '{module}.{name}', which is code", e.Reason, StringComparison.Ordinal);
        Assert.Contains("Save the module's state_dict() alone", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OpcodeOutsideTheList_IsNumberedAndRefused()
    {
        for (int opcode = 0; opcode <= byte.MaxValue; opcode++)
        {
            if (!Enum.IsDefined((PickleOpcode)opcode))
            {
                byte[] pickle = [0x80, 2, (byte)opcode, 0, 0, 0, 0, (byte)'.'];

                WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => Read(pickle));

                Assert.Contains($"the opcode 0x{opcode:x2}", e.Reason, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("OrderedDict", "N")]
    [InlineData("OrderedDict", "]")]
    [InlineData("OrderedDict", "NN\u0086")]
    [InlineData("OrderedDict", "}\u0085")]
    [InlineData("RebuildTensor", ")")]
    [InlineData("RebuildTensor", "(NNNNNNt")]
    [InlineData("RebuildTensor", "N")]
    [InlineData("RebuildParameter", "N\u0085")]
    [InlineData("RebuildParameter", "NNN\u0087")]
    public void Read_CallWithOtherArguments_NamesTheFunction(string function, string arguments)
    {
        var pickle = new PickleBytes();
        _ = function switch
        {
            "OrderedDict" => pickle.Global("collections", "OrderedDict"),
            "RebuildTensor" => pickle.Global("torch._utils", "_rebuild_tensor_v2"),
            _ => pickle.Global("torch._utils", "_rebuild_parameter"),
        };
        pickle.Ops(arguments).Ops("R");

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => Read(pickle.End()));

        Assert.Contains($"it calls {function} with arguments", e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("K\u0001a")]
    [InlineData("]a")]
    [InlineData("K\u0001K\u0001K\u0001\u0087a")]
    public void Read_OrderedDictOfNoPairs_IsRefused(string pair)
    {
        byte[] pickle = new PickleBytes().Global("collections", "OrderedDict").Ops($"]{pair}\u0085R").End();

        Assert.Contains(
            "something other than pairs", Assert.Throws<WeightsFormatException>(() => Read(pickle)).Reason, StringComparison.Ordinal);
    }

    private static object? Read(string hex) =>
        Read([0x80, 2, .. Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), (byte)'.']);

    private static object? Read(byte[] pickle) => new PickleReader(new("hand", pickle), new("hand", isLegacy: false)).Read();
}

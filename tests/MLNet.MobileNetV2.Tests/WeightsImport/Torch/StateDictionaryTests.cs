using MLNet.MobileNetV2.WeightsImport.Torch;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>Where in a checkpoint the tensors are, and their names.</summary>
public sealed class StateDictionaryTests
{
    private static readonly TorchTestStorage s_storage = TorchTestStorage.OfSingles("0", 1, 2);

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model_state_dict")]
    [InlineData("model")]
    public void Read_TrainingCheckpoint_TakesTheModelAlone(string key)
    {
        byte[] pickle = new PickleBytes().Ops("}(")
            .Text("epoch").Integer(90)
            .Text("arch").Text("mobilenet_v2")
            .Text("optimizer").Ops("}").Text("buffer").Tensor(s_storage, 0, [1], [1]).Ops("s")
            .Text(key).Ops("}").Text("a").Tensor(s_storage, 0, [2], [1]).Ops("s")
            .Text("step").Tensor(s_storage, 1, [], [])
            .Ops("u").End();

        Assert.Equal("a", Assert.Single(Read(pickle)).Key);
    }

    [Fact]
    public void Read_SeveralStateDicts_TakesTheFirstWithTensorsInTheOrderOfTheKeys()
    {
        byte[] pickle = new PickleBytes().Ops("}(")
            .Text("model").Ops("}").Text("a").Tensor(s_storage, 0, [2], [1]).Ops("s")
            .Text("model_state_dict").Ops("}").Text("b").Tensor(s_storage, 0, [2], [1]).Ops("s")
            .Text("state_dict").Ops("}").Text("width").Integer(3).Ops("s")
            .Ops("u").End();

        Assert.Equal("b", Assert.Single(Read(pickle)).Key);
    }

    [Fact]
    public void Read_ValuesBesideTensors_ArePassedOver()
    {
        byte[] pickle = new PickleBytes().Ops("}(")
            .Text("a").Tensor(s_storage, 0, [2], [1])
            .Text("model").Text("mobilenet_v2")
            .Text("list").Ops("](K\u0001K\u0002e")
            .Text("nested").Ops("}").Text("b").Tensor(s_storage, 0, [2], [1]).Ops("s")
            .Text("type").Global("torch", "FloatStorage")
            .Integer(7).Ops("N")
            .Ops("u").End();

        Assert.Equal("a", Assert.Single(Read(pickle)).Key);
    }

    [Fact]
    public void Read_EveryNameWithTheWrapperPrefix_LosesIt()
    {
        byte[] pickle = TorchTestFile.StateDict(
            2, isLegacy: false, new TorchTestTensor("module.a", s_storage, 0, [2], [1]), new("module.module.b", s_storage, 0, [2], [1]));

        Assert.Equal(["a", "module.b"], Read(pickle).Keys);
    }

    [Fact]
    public void Read_SomeNamesWithTheWrapperPrefix_StayAsTheyAre()
    {
        byte[] pickle = TorchTestFile.StateDict(
            2, isLegacy: false, TorchTestTensor.Vector(s_storage, "module.a"), TorchTestTensor.Vector(s_storage, "b"));

        Assert.Equal(["module.a", "b"], Read(pickle).Keys);
    }

    [Fact]
    public void Read_DictionaryThatContainsItself_TakesItsTensors()
    {
        byte[] pickle = new PickleBytes().Ops("}").Remember("root").Ops("(")
            .Text("state_dict").Recall("root")
            .Text("a").Tensor(s_storage, 0, [2], [1])
            .Ops("u").End();

        Assert.Equal("a", Assert.Single(Read(pickle)).Key);
    }

    [Theory]
    [InlineData("]")]
    [InlineData(")")]
    [InlineData("N")]
    [InlineData("K\u0001")]
    public void Read_NoDictionary_SaysWhatToSave(string root)
    {
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => Read(new PickleBytes().Ops(root).End()));

        Assert.Contains("does not hold a dictionary: save the state_dict()", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TensorAlone_SaysWhatToSave()
    {
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(
            () => Read(new PickleBytes().Tensor(s_storage, 0, [2], [1]).End()));

        Assert.Contains("does not hold a dictionary", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoTensors_SaysSo()
    {
        byte[] pickle = new PickleBytes().Ops("}").Text("epoch").Integer(1).Ops("s").End();

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => Read(pickle));

        Assert.Contains("holds no tensors, neither in its dictionary nor in one named 'state_dict'", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CountersAlone_SaysSo()
    {
        byte[] file = TorchTestFile.Zip(new TorchTestStorage("count", "Long", new byte[8]));

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TorchReader.Read("counters", file));

        Assert.Contains("no floating-point tensors", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NameTwice_NamesIt()
    {
        byte[] pickle = TorchTestFile.StateDict(
            2, isLegacy: false, TorchTestTensor.Vector(s_storage, "a"), TorchTestTensor.Vector(s_storage, "a"));

        Assert.Contains("'a' appears twice", Assert.Throws<WeightsFormatException>(() => Read(pickle)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TensorWithoutAName_IsRefused()
    {
        byte[] pickle = new PickleBytes().Ops("}").Integer(3).Tensor(s_storage, 0, [2], [1]).Ops("s").End();

        Assert.Contains(
            "the name of one of its tensors is not text",
            Assert.Throws<WeightsFormatException>(() => Read(pickle)).Reason,
            StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, WeightTensor> Read(byte[] pickle) =>
        TorchReader.Read("hand", TorchTestFile.Zip(pickle, s_storage));
}

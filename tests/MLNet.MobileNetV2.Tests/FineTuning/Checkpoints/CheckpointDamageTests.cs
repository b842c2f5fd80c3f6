using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.FineTuning.Checkpoints;

public sealed class CheckpointDamageTests : IDisposable
{
    private const string ContentKey = "mobilenetv2.checkpoint.v2";

    private readonly TempFolder _folder = new();
    private readonly string _path;
    private readonly byte[] _good;
    private readonly int _header;

    public CheckpointDamageTests()
    {
        _path = _folder.File(CheckpointStates.FileName);
        File().Save(CheckpointStates.Advanced(), isFinished: false);
        _good = System.IO.File.ReadAllBytes(_path);
        _header = _good.Length - (4 * ((11 * 5) + (6 * 3) + 3));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Restore_Truncated_SaysThatItIsDamaged()
    {
        for (int length = 0; length < _good.Length; length++)
        {
            Assert.Contains("is damaged: ", Refused(_good[..length]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Restore_OneBitOfAnyValueChanged_SaysThatItIsDamaged()
    {
        for (int place = _header; place < _good.Length; place++)
        {
            byte[] bytes = [.. _good];
            bytes[place] ^= 1;
            Assert.Contains("is damaged: its values are not those that were saved.", Refused(bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Restore_OtherCounters_SaysThatItIsDamaged()
    {
        SafetensorsFile file = SafetensorsReader.Read(_path, _good);
        var metadata = new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal);
        metadata[ContentKey] = metadata[ContentKey].Replace("\"Step\":", "\"Step\":1", StringComparison.Ordinal);

        Assert.NotEqual(file.Metadata[ContentKey], metadata[ContentKey]);
        Assert.Contains(
            "is damaged: its values are not those that were saved.", Refused(Write(file.Tensors, metadata)), StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_WithBytesBehind_SaysThatItIsDamaged() =>
        Assert.Contains("is damaged: ", Refused([.. _good, 0]), StringComparison.Ordinal);

    [Fact]
    public void Restore_RandomBytes_SaysThatItIsDamaged()
    {
        var random = new Random(1);
        for (int mutant = 0; mutant < 200; mutant++)
        {
            byte[] bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            Assert.Contains("is damaged: ", Refused(bytes), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Category", "Slow")]
    public void Restore_MutatedHeader_GivesNothingButCheckpointExceptions(int seed)
    {
        var random = new Random(seed);
        string alphabet = "0123456789{}[]\",:-+.eE\\nulltrue \0\u007f";
        int refused = 0;
        for (int mutant = 0; mutant < 2000; mutant++)
        {
            byte[] bytes = [.. _good];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(8, _header)] = random.Next(3) == 0 ? (byte)random.Next(256) : (
                    byte)alphabet[random.Next(alphabet.Length)];
            }

            System.IO.File.WriteAllBytes(_path, bytes);
            try
            {
                File().Restore(CheckpointStates.Fresh(), resume: true);
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 2000);
    }

    [Theory]
    [InlineData("parameters")]
    [InlineData("statistics")]
    [InlineData("average")]
    [InlineData("average.statistics")]
    [InlineData("best.parameters")]
    [InlineData("best.statistics")]
    [InlineData("optimizer.first_moment")]
    [InlineData("optimizer.second_moment")]
    [InlineData("optimizer.steps")]
    public void Restore_TensorMissingOrOfAnotherLength_IsNamed(string name)
    {
        SafetensorsFile file = SafetensorsReader.Read(_path, _good);
        var tensors = new Dictionary<string, WeightTensor>(file.Tensors, StringComparer.Ordinal);
        int length = tensors[name].Values.Length;
        tensors.Remove(name);
        Assert.Contains($"has no tensor '{name}' of {length} values.", Refused(Write(tensors, file.Metadata)), StringComparison.Ordinal);

        tensors.Add(name, new([length + 1], new float[length + 1]));
        Assert.Contains($"has no tensor '{name}' of {length} values.", Refused(Write(tensors, file.Metadata)), StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_OfAnotherFile_SaysWhatItLacks() => Assert.Contains(
        $"lacks the metadata {ContentKey}", Refused(
            Write(SafetensorsReader.Read(_path, _good).Tensors, new Dictionary<string, string>())), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "has metadata that cannot be read: ")]
    [InlineData("{", "has metadata that cannot be read: ")]
    [InlineData("7", "has metadata that cannot be read: ")]
    [InlineData("[]", "has metadata that cannot be read: ")]
    [InlineData("null", "has no content.")]
    [InlineData("{}", "has no content.")]
    [InlineData("""{"Identity":{"Options":"0a","Weights":"1b","Photos":"2c"},"Counters":null,"Validations":[]}""", "has no content.")]
    [InlineData("""{"Identity":{"Options":"0a","Weights":"1b","Photos":"2c"},"Counters":{},"Validations":null}""", "has no content.")]
    [InlineData("""{"Identity":null,"Counters":{},"Validations":[]}""", "has no content.")]
    [InlineData("""{"Identity":{},"Counters":{},"Validations":[]}""", "is of a training with other options and weights and images that "
        + "is not finished.")]
    [
        InlineData(
            """{"Identity":{"Options":"0a","Weights":"1b","Photos":"2c"},"Counters":{"Epoch":1.5},"Validations":[]}""",
            "has metadata that cannot be read: "),
    ]
    [
        InlineData(
            """{"Identity":{"Options":"0a","Weights":"1b","Photos":"2c"},"Counters":{"Epoch":-1},"Validations":[]}""",
            "has counters below 0."),
    ]
    [
        InlineData(
            """{"Identity":{"Options":"0a","Weights":"1b","Photos":"2c"},"Counters":{"Step":-1},"Validations":[]}""",
            "has counters below 0."),
    ]
    [
        InlineData(
            """{"Identity":{"Options":"0a","Weights":"1b","Photos":"2c"},"Counters":{},"Validations":[null]}""",
            "has metadata that cannot be read: "),
    ]
    public void Restore_WrongContent_SaysWhatIsWrong(string json, string message)
    {
        byte[] file = Write(SafetensorsReader.Read(_path, _good).Tensors, new Dictionary<string, string> { [ContentKey] = json });

        Assert.Contains(message, Refused(file), StringComparison.Ordinal);
    }

    private static byte[] Write(IReadOnlyDictionary<string, WeightTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata, SafetensorsType.F32);
        return stream.ToArray();
    }

    private string Refused(byte[] bytes)
    {
        System.IO.File.WriteAllBytes(_path, bytes);
        CheckpointException error = Assert.Throws<CheckpointException>(() => File().Restore(CheckpointStates.Fresh(), resume: true));
        Assert.Equal(_path, error.Path);
        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    private CheckpointFile File() => new(_folder.Path, CheckpointStates.Identity);
}

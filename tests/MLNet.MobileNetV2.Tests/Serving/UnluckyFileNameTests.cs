using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Serving;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

public sealed class UnluckyFileNameTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Retry_OfANetworkNamedOrt_LoadsItUnderItsNextName()
    {
        string[] names = [Network("unlucky.ort"), Network("lucky.onx")];
        int attempts = 0;

        using InferenceSession session = UnluckyFileName.Retry(() => new InferenceSession(names[attempts++]));

        Assert.Equal(2, attempts);
        Assert.NotEmpty(session.InputMetadata);
    }

    [Fact]
    public void Retry_OfANameThatIsUnluckyAgain_GivesUp()
    {
        string path = Network("unlucky.ort");
        int attempts = 0;

        Assert.Throws<OnnxRuntimeException>(() => UnluckyFileName.Retry(() =>
        {
            attempts++;
            return new InferenceSession(path);
        }));

        Assert.Equal(2, attempts);
    }

    [Fact]
    public void Retry_OfAnotherFailure_IsNotRetried()
    {
        int attempts = 0;

        Assert.Throws<InvalidDataException>(() => UnluckyFileName.Retry<int>(() =>
        {
            attempts++;
            throw new InvalidDataException();
        }));

        Assert.Equal(1, attempts);
    }

    private string Network(string name)
    {
        string path = _folder.File(name);
        RandomWeights.Create(1, RandomWeights.Narrow(), new ImagePreprocessing()).SaveOnnx(path);
        return path;
    }
}

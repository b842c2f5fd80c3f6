namespace MLNet.MobileNetV2.Tests.WeightsImport;

public sealed class WeightsFileOptionsTests
{
    public static TheoryData<string, string, WeightsFileOptions> Refused() => new()
    {
        { "Padding", "must be one of TensorFlowSame, PyTorchSymmetric", new() { Padding = (PaddingFlavor)9 } },
        { "BatchNorm", "must be one of Folded, Apart", new() { BatchNorm = (BatchNormForm)(-1) } },
        { "BatchNormEpsilon", "must be a finite number above 0", new() { BatchNormEpsilon = 0 } },
        { "BatchNormEpsilon", "must be a finite number above 0", new() { BatchNormEpsilon = -1e-3f } },
        { "BatchNormEpsilon", "must be a finite number above 0", new() { BatchNormEpsilon = float.NaN } },
        { "BatchNormEpsilon", "must be a finite number above 0", new() { BatchNormEpsilon = float.PositiveInfinity } },
        { "Size", "", new() { Preprocessing = new() { Size = 0 } } },
    };

    [Fact]
    public void Defaults_LeaveEverythingToTheFileAndFoldBatchNorm() => Assert.Equivalent(
        new WeightsFileOptions
        {
            Preprocessing = null, Padding = null, Architecture = null, BatchNormEpsilon = null, BatchNorm = BatchNormForm.Folded,
        },
        new WeightsFileOptions());

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void FromFile_AValueThatIsNotAllowed_NamesTheOptionAndWhatIs(string option, string message, WeightsFileOptions options)
    {
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() => WeightsSource.FromFile("model.json", options));

        Assert.Equal(option, e.ParamName);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFile_EveryOptionAtOnce_IsAllowed() => Assert.Equal(
        "model.json",
        WeightsSource.FromFile("model.json", new()
        {
            Preprocessing = new(),
            Padding = PaddingFlavor.PyTorchSymmetric,
            Architecture = MobileNetV2Architecture.Default,
            BatchNormEpsilon = float.Epsilon,
            BatchNorm = null,
        }).Name);
}

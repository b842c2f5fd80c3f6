using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Tests.Weights;

namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class WeightsStoreLoadTests : WeightsStoreTestBase
{
    [Fact]
    public async Task LoadAsync_Embedded_NeedsNoFileAndNoNetwork()
    {
        LoadedWeights loaded = await new WeightsStore(Options with { Offline = true }).LoadAsync(
            WeightsSource.Embedded, null, Cancellation);

        Assert.Same(PretrainedModels.Embedded, loaded.Model);
        Assert.Null(loaded.FallbackReason);
        Assert.Equal("embedded", loaded.Weights.Name);
        Assert.Equal(PretrainedModels.Embedded.Sha256, loaded.Weights.Sha256);
        Assert.Equal(PretrainedModels.Embedded.Preprocessing, loaded.Weights.Preprocessing);
        Assert.Equal(loaded.Model!.ClassCount, loaded.Weights.ClassCount);
        Assert.Empty(Cached);
    }

    [Theory]
    [InlineData("imagenet")]
    [InlineData("imagenet-keras")]
    [InlineData("birds")]
    [InlineData("insects")]
    [InlineData("auto")]
    public void Load_OfAFileInTheUsersFolder_IsTakenFromThere(string name)
    {
        var store = new WeightsStore(Options with { Folder = TestEnvironment.RequireWeightsFolder(), Offline = true });

        LoadedWeights loaded = store.Load(WeightsSource.Parse(name), progress: null, Cancellation);

        Assert.Equal(name == "auto" ? "imagenet" : name, loaded.Weights.Name);
        Assert.Equal(loaded.Model!.Sha256, loaded.Weights.Sha256);
        Assert.Equal(loaded.Model.ClassCount, loaded.Weights.ClassCount);
        Assert.Null(loaded.FallbackReason);
    }

    [Fact]
    public async Task LoadAsync_ImageNetThatCannotBeHad_ThrowsAndTakesNothingElse()
    {
        await using LocalServer server = LocalServer.WithStatus(404);

        WeightsUnavailableException e = await Assert.ThrowsAsync<WeightsUnavailableException>(
            () => StoreOver(server.Address).LoadAsync(WeightsSource.ImageNet, null, Cancellation));

        Assert.Contains("mobilenetv2 weights download imagenet'", e.Message, StringComparison.Ordinal);
        Assert.Equal(["/mobilenet_v2_1.0_224_quant.tflite"], server.Paths);
    }

    [Fact]
    public async Task LoadAsync_AutoWithoutAServer_TakesTheEmbeddedSetAndSaysWhy()
    {
        await using LocalServer server = LocalServer.WithStatus(404);

        LoadedWeights loaded = await StoreOver(server.Address).LoadAsync(WeightsSource.Auto, null, Cancellation);

        Assert.Same(PretrainedModels.Embedded, loaded.Model);
        Assert.Equal("embedded", loaded.Weights.Name);
        Assert.Contains("'mobilenet_v2_1.0_224_quant.tflite' is not available", loaded.FallbackReason, StringComparison.Ordinal);
        Assert.Contains("status 404", loaded.FallbackReason, StringComparison.Ordinal);
        Assert.Single(server.Paths);
    }

    [Fact]
    public async Task LoadAsync_AutoOffline_TakesTheEmbeddedSetWithoutATry()
    {
        await using LocalServer server = LocalServer.WithStatus(404);
        var store = new WeightsStore(Options with { MirrorBaseUrl = server.Address, Offline = true });

        LoadedWeights loaded = await store.LoadAsync(WeightsSource.Auto, null, Cancellation);

        Assert.Contains("downloads are forbidden (MOBILENETV2_OFFLINE)", loaded.FallbackReason, StringComparison.Ordinal);
        Assert.Empty(server.Paths);
    }

    [Fact]
    public async Task LoadAsync_AutoWithAServerThatDoesNotAnswer_WaitsNoLongerThanTheOption()
    {
        await using LocalServer server = LocalServer.Silent();
        var store = new WeightsStore(Options with { MirrorBaseUrl = server.Address, ConnectTimeout = TimeSpan.FromMilliseconds(100) });

        LoadedWeights loaded = await store.LoadAsync(WeightsSource.Auto, null, Cancellation);

        Assert.Contains("did not answer within 0.1 seconds", loaded.FallbackReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_AutoWithAnotherFileInTheUsersFolder_Throws()
    {
        string name = PretrainedModels.ImageNet.WeightsFile!.FileName;
        await File.WriteAllTextAsync(Path.Combine(Options.Folder!, name), "something else", Cancellation);

        WeightsFormatException e = await Assert.ThrowsAsync<WeightsFormatException>(
            () => new WeightsStore(Options with { Offline = true }).LoadAsync(WeightsSource.Auto, null, Cancellation));

        Assert.Contains(name, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_AutoCancelled_Throws()
    {
        await using LocalServer server = LocalServer.Silent();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => StoreOver(server.Address).LoadAsync(WeightsSource.Auto, null, cancellation.Token));
    }

    [Fact]
    public async Task LoadAsync_ImageNet_IsDownloadedOnceAndThenInTheCache()
    {
        string name = PretrainedModels.ImageNet.WeightsFile!.FileName;
        byte[] file = await File.ReadAllBytesAsync(Path.Combine(TestEnvironment.RequireWeightsFolder(), name), Cancellation);
        await using LocalServer server = LocalServer.Serving(file);
        WeightsStore store = StoreOver(server.Address);

        LoadedWeights first = await store.LoadAsync(WeightsSource.ImageNet, null, Cancellation);
        LoadedWeights second = await store.LoadAsync(WeightsSource.Auto, null, Cancellation);

        Assert.Equal(first.Weights.Sha256, second.Weights.Sha256);
        Assert.Equal([name], Cached);
        Assert.Single(server.Paths);
    }

    [Fact]
    public async Task LoadAsync_CatalogModelWithOtherPreprocessing_HasIt()
    {
        PretrainedModel model = PretrainedModels.Embedded with { Preprocessing = new ImagePreprocessing { Size = 96 } };

        LoadedWeights loaded = await new WeightsStore(Options).LoadAsync(WeightsSource.FromPretrained(model), null, Cancellation);

        Assert.Equal(96, loaded.Weights.Preprocessing.Size);
    }

    [Fact]
    public async Task LoadAsync_CatalogModelWithAnotherHash_Throws()
    {
        PretrainedModel model = PretrainedModels.Embedded with { Sha256 = new string('0', 64) };

        WeightsFormatException e = await Assert.ThrowsAsync<WeightsFormatException>(
            () => new WeightsStore(Options).LoadAsync(WeightsSource.FromPretrained(model), null, Cancellation));

        Assert.Contains(PretrainedModels.Embedded.Sha256, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_File_IsNamedWithoutItsFolderAndHasTheGivenPreprocessing()
    {
        string path = OwnPath + ".safetensors";
        TestWeights.Create().SaveSafetensors(path);
        var preprocessing = new ImagePreprocessing { Size = 128 };

        LoadedWeights loaded = await new WeightsStore(Options).LoadAsync(
            WeightsSource.FromFile(
                path,
                new WeightsFileOptions { Preprocessing = preprocessing, Padding = PaddingFlavor.PyTorchSymmetric }), null, Cancellation);

        Assert.Null(loaded.Model);
        Assert.Equal(Path.GetFileName(path), loaded.Weights.Name);
        Assert.Equal(preprocessing, loaded.Weights.Preprocessing);
        Assert.Equal(PaddingFlavor.PyTorchSymmetric, loaded.Weights.Padding);
    }

    [Fact]
    public async Task LoadAsync_FileThatIsNotThere_Throws() => await Assert.ThrowsAsync<FileNotFoundException>(
        () => new WeightsStore(Options).LoadAsync(WeightsSource.FromFile(OwnPath), null, Cancellation));

    [Fact]
    public void Load_Value_IsTheSame()
    {
        MobileNetV2Weights weights = TestWeights.Create();

        Assert.Same(weights, new WeightsStore(Options).Load(WeightsSource.From(weights), progress: null, Cancellation).Weights);
    }

    [Fact]
    public async Task Load_UnderASynchronizationContextThatIsBlocked_Downloads()
    {
        await using LocalServer server = LocalServer.WithStatus(404);
        WeightsStore store = StoreOver(server.Address);
        LoadedWeights? loaded = null;
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new NeverRunningContext());
            loaded = store.Load(WeightsSource.Auto);
        });

        thread.Start();
        await Task.Run(thread.Join, Cancellation);

        Assert.Contains("status 404", loaded!.FallbackReason, StringComparison.Ordinal);
    }

    /// <summary>What a blocked user-interface thread is to awaited code: nothing that is posted ever runs.</summary>
    private sealed class NeverRunningContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}

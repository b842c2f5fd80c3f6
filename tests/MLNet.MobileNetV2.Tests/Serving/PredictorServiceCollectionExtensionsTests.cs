using Microsoft.Extensions.DependencyInjection;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

public class PredictorServiceCollectionExtensionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void AddMobileNetV2Predictor_GivesOnePredictorThatTheProviderDisposes()
    {
        using var model = new PhotoModel();
        using var folder = new TempFolder();
        model.Save(folder.File("model.zip"));
        var services = new ServiceCollection();

        Assert.Same(services, services.AddMobileNetV2Predictor(folder.File("model.zip"), new() { Top = 3 }));
        ServiceProvider provider = services.BuildServiceProvider();
        MobileNetV2Predictor predictor = provider.GetRequiredService<MobileNetV2Predictor>();

        Assert.Same(predictor, provider.GetRequiredService<MobileNetV2Predictor>());
        Assert.Equal(3, predictor.Predict(PhotoModel.Files[0], cancellationToken: Token).Count);
        provider.Dispose();
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(PhotoModel.Files[0], cancellationToken: Token));
    }

    [Fact]
    public void AddMobileNetV2Predictor_OfAMissingModel_FailsAtItsFirstUse()
    {
        using ServiceProvider provider = new ServiceCollection().AddMobileNetV2Predictor("missing.zip").BuildServiceProvider();

        Assert.Equal("missing.zip", Assert.Throws<FileNotFoundException>(provider.GetRequiredService<MobileNetV2Predictor>).FileName);
    }

    [Fact]
    public void AddMobileNetV2Predictor_WithImpossibleArguments_FailsAtOnce()
    {
        var services = new ServiceCollection();

        Assert.Throws<ArgumentNullException>(() => PredictorServiceCollectionExtensions.AddMobileNetV2Predictor(null!, "model.zip"));
        Assert.Throws<ArgumentException>(() => services.AddMobileNetV2Predictor(""));
        Assert.Equal("Top", Assert.Throws<ArgumentOutOfRangeException>(() => services.AddMobileNetV2Predictor("model.zip", new() { Top = 0 })).ParamName);
        Assert.Empty(services);
    }
}

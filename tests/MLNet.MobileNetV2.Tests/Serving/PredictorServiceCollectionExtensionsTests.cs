using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLNet.MobileNetV2.Serving;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

public class PredictorServiceCollectionExtensionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddMobileNetV2Predictor_GivesOnePredictorThatTheProviderDisposes()
    {
        using var model = new PhotoModel();
        using var folder = new TempFolder();
        model.Save(folder.File("model.zip"));
        var services = new ServiceCollection();

        Assert.Same(services, services.AddMobileNetV2Predictor(folder.File("model.zip"), new MobileNetV2PredictorOptions { Top = 3 }));
        ServiceProvider provider = services.BuildServiceProvider();
        IMobileNetV2Predictor predictor = provider.GetRequiredService<IMobileNetV2Predictor>();

        Assert.Same(predictor, provider.GetRequiredService<IMobileNetV2Predictor>());
        Assert.Equal(3, (await predictor.PredictAsync(PhotoModel.Files[0], cancellationToken: Token)).Count);
        await provider.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.PredictAsync(PhotoModel.Files[0], cancellationToken: Token));
    }

    [Fact]
    public void AddMobileNetV2Predictor_OfAMissingModel_FailsAtItsFirstUse()
    {
        using ServiceProvider provider = new ServiceCollection().AddMobileNetV2Predictor("missing.zip").BuildServiceProvider();

        Assert.Equal("missing.zip", Assert.Throws<FileNotFoundException>(provider.GetRequiredService<IMobileNetV2Predictor>).FileName);
    }

    [Fact]
    public void AddMobileNetV2Predictor_WithImpossibleArguments_FailsAtOnce()
    {
        var services = new ServiceCollection();

        Assert.Throws<ArgumentNullException>(() => PredictorServiceCollectionExtensions.AddMobileNetV2Predictor(null!, "model.zip"));
        Assert.Throws<ArgumentException>(() => services.AddMobileNetV2Predictor(""));
        Assert.Equal(
            "Top",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => services.AddMobileNetV2Predictor("model.zip", new MobileNetV2PredictorOptions { Top = 0 })).ParamName);
        Assert.Empty(services);
    }

    [Fact]
    public async Task AddMobileNetV2Predictor_ByAnActionOrASection_TakesTheirOptions()
    {
        using var model = new PhotoModel();
        using var folder = new TempFolder();
        model.Save(folder.File("model.zip"));
        IConfiguration section = Configuration(
            ("Flowers:ModelPath", folder.File("model.zip")), ("Flowers:Top", "2"), ("Flowers:ReloadInterval", "00:00:10"))
            .GetSection("Flowers");
        await using ServiceProvider byAction = new ServiceCollection()
            .AddMobileNetV2Predictor(options => (options.ModelPath, options.Top) = (folder.File("model.zip"), 4))
            .BuildServiceProvider();
        await using ServiceProvider bySection = new ServiceCollection().AddMobileNetV2Predictor(section).BuildServiceProvider();

        Assert.Equal(
            4,
            (await byAction.GetRequiredService<IMobileNetV2Predictor>().PredictAsync(PhotoModel.Files[0], cancellationToken: Token)).Count);
        IMobileNetV2Predictor reloading = bySection.GetRequiredService<IMobileNetV2Predictor>();
        Assert.Equal(2, (await reloading.PredictAsync(PhotoModel.Files[0], cancellationToken: Token)).Count);
        Assert.IsType<ReloadingPredictor>(reloading);
    }

    [Fact]
    public async Task AddMobileNetV2Predictor_ByNames_GivesEachItsOwnModel()
    {
        using var model = new PhotoModel();
        using var folder = new TempFolder();
        model.Save(folder.File("model.zip"));
        await using ServiceProvider provider = new ServiceCollection()
            .AddMobileNetV2Predictor("one", options => (options.ModelPath, options.Top) = (folder.File("model.zip"), 1))
            .AddMobileNetV2Predictor("two", Configuration(("ModelPath", folder.File("model.zip")), ("Top", "2")))
            .BuildServiceProvider();

        foreach ((string name, int top) in new[] { ("one", 1), ("two", 2) })
        {
            IMobileNetV2Predictor predictor = provider.GetRequiredKeyedService<IMobileNetV2Predictor>(name);
            Assert.Equal(top, (await predictor.PredictAsync(PhotoModel.Files[0], cancellationToken: Token)).Count);
        }

        Assert.Null(provider.GetService<IMobileNetV2Predictor>());
    }

    [Theory]
    [InlineData("Top", "0", "Top is 0")]
    [InlineData("ModelPath", "", "ModelPath of the MobileNetV2 predictor 'flowers' is missing")]
    [InlineData("ModelPath", "missing.zip", "'missing.zip'; there is no such file")]
    [InlineData("ReloadInterval", "00:00:00", "ReloadInterval is 00:00:00")]
    public void AddMobileNetV2Predictor_WithAnImpossibleOption_FailsWhenTheHostStarts(string option, string value, string expected)
    {
        IConfiguration section = Configuration(("ModelPath", typeof(PhotoModel).Assembly.Location), (option, value));
        using ServiceProvider provider = new ServiceCollection().AddMobileNetV2Predictor("flowers", section).BuildServiceProvider();

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(
            provider.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddMobileNetV2Predictor_OfASectionWithAnUnknownEntry_NamesIt()
    {
        using ServiceProvider provider = new ServiceCollection()
            .AddMobileNetV2Predictor(Configuration(("ModelPath", "model.zip"), ("Tpo", "3"))).BuildServiceProvider();

        Exception error = Assert.ThrowsAny<Exception>(provider.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains("Tpo", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AddMobileNetV2Predictor_WithoutWhatItNeeds_NamesIt()
    {
        var services = new ServiceCollection();

        Assert.Throws<ArgumentNullException>(
            "configure", () => services.AddMobileNetV2Predictor((Action<MobileNetV2PredictorOptions>)null!));
        Assert.Throws<ArgumentNullException>("section", () => services.AddMobileNetV2Predictor((IConfiguration)null!));
        Assert.Throws<ArgumentException>("name", () => services.AddMobileNetV2Predictor("", _ => { }));
        Assert.Throws<ArgumentException>("name", () => services.AddMobileNetV2Predictor("", Configuration()));
        Assert.Empty(services);
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] entries) => new ConfigurationBuilder()
        .AddInMemoryCollection(
            entries.Select(entry => KeyValuePair.Create(entry.Key, (string?)entry.Value)).Reverse().DistinctBy(entry => entry.Key))
        .Build();
}

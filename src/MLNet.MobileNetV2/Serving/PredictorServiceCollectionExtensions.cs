using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MLNet.MobileNetV2;
using MLNet.MobileNetV2.Serving;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds predictors to the services of an application.</summary>
/// <remarks>
/// A predictor is one <see cref="IMobileNetV2Predictor"/> for the whole application, disposed by the service provider. Its model is loaded
/// when it is first asked for, with the errors of <see cref="MobileNetV2Predictor.Load"/>: ask for it when the application starts, so that
/// a missing model stops it then. Options that an action or a configuration sets are checked when the host starts.
/// </remarks>
public static class PredictorServiceCollectionExtensions
{
    /// <summary>Adds the predictor of a model file.</summary>
    /// <param name="services">The services.</param>
    /// <param name="modelPath">The model file.</param>
    /// <param name="options">The predictor's options; null for the defaults.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The path is empty, or an option is not allowed; it is named.</exception>
    public static IServiceCollection AddMobileNetV2Predictor(
        this IServiceCollection services, string modelPath, MobileNetV2PredictorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        options ??= new();
        options.Validate();
        return services.AddSingleton(_ => Open(modelPath, options));
    }

    /// <summary>Adds the predictor of <see cref="MobileNetV2PredictorOptions.ModelPath"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddMobileNetV2Predictor(
        this IServiceCollection services, Action<MobileNetV2PredictorOptions> configure) =>
        Add(services, Options.Options.DefaultName, configure);

    /// <summary>Adds the predictor of a configuration section, with the entry <c>ModelPath</c> and others named as the options.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddMobileNetV2Predictor(this IServiceCollection services, IConfiguration section) =>
        Add(services, Options.Options.DefaultName, section);

    /// <summary>Adds one predictor of several, as the keyed service of a name.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name: the key of the service.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static IServiceCollection AddMobileNetV2Predictor(
        this IServiceCollection services, string name, Action<MobileNetV2PredictorOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Add(services, name, configure);
    }

    /// <summary>Adds one predictor of several, as the keyed service of a name, by a section of the configuration.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name: the key of the service.</param>
    /// <param name="section">The section.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static IServiceCollection AddMobileNetV2Predictor(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Add(services, name, section);
    }

    private static IServiceCollection Add(IServiceCollection services, string name, Action<MobileNetV2PredictorOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services.AddOptions<MobileNetV2PredictorOptions>(name).Configure(configure), name);
    }

    private static IServiceCollection Add(IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        OptionsBuilder<MobileNetV2PredictorOptions> builder = services.AddOptions<MobileNetV2PredictorOptions>(name);
        return Add(builder.Bind(section, binder => binder.ErrorOnUnknownConfiguration = true), name);
    }

    private static IServiceCollection Add(OptionsBuilder<MobileNetV2PredictorOptions> builder, string name)
    {
        IServiceCollection services = builder.ValidateOnStart().Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MobileNetV2PredictorOptions>, PredictorOptionsValidation>());
        return name == Options.Options.DefaultName
            ? services.AddSingleton(provider => Open(provider, name))
            : services.AddKeyedSingleton(name, (provider, _) => Open(provider, name));
    }

    private static IMobileNetV2Predictor Open(IServiceProvider provider, string name)
    {
        MobileNetV2PredictorOptions options = provider.GetRequiredService<IOptionsMonitor<MobileNetV2PredictorOptions>>().Get(name);
        return Open(options.ModelPath!, options);
    }

    private static IMobileNetV2Predictor Open(string modelPath, MobileNetV2PredictorOptions options) => options.ReloadInterval is null
        ? MobileNetV2Predictor.Load(modelPath, options)
        : new ReloadingPredictor(modelPath, options, TimeProvider.System);
}

using MLNet.MobileNetV2;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds segmenters to the services of an application.</summary>
public static class SegmenterServiceCollectionExtensions
{
    /// <summary>
    /// Adds a segmenter: one for the whole application, made when it is first asked for and disposed by the service provider.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="model">The network; null means <see cref="PretrainedSegmenter.Voc"/>.</param>
    /// <param name="options">The segmenter's options; null for the defaults.</param>
    /// <param name="store">Where weights are looked up and kept; null for as the environment says.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">An option is not allowed; it is named.</exception>
    public static IServiceCollection AddMobileNetV2Segmenter(
        this IServiceCollection services,
        PretrainedSegmenter? model = null,
        MobileNetV2SegmenterOptions? options = null,
        WeightsStoreOptions? store = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        options ??= new();
        options.Validate();
        return services.AddSingleton(_ => MobileNetV2Segmenter.CreatePretrained(model, options, store));
    }
}

using MLNet.MobileNetV2;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds detectors to the services of an application.</summary>
public static class DetectorServiceCollectionExtensions
{
    /// <summary>
    /// Adds the detector of COCO's classes: one for the whole application, made when it is first asked for and disposed by the service
    /// provider.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The detector's options; null for the defaults.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is not allowed; it is named.</exception>
    public static IServiceCollection AddMobileNetV2Detector(this IServiceCollection services, MobileNetV2DetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        options ??= new();
        options.Validate();
        return services.AddSingleton(_ => MobileNetV2Detector.CreatePretrained(options));
    }

    /// <summary>Adds the detector of a saved model in the same way.</summary>
    /// <param name="services">The services.</param>
    /// <param name="modelPath">
    /// The model's file, as <see cref="DetectorModel.Load"/> takes it; it is read when the detector is made.
    /// </param>
    /// <param name="options">The detector's options; null for the defaults.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The path is empty, or an option is not allowed; it is named.</exception>
    public static IServiceCollection AddMobileNetV2Detector(
        this IServiceCollection services, string modelPath, MobileNetV2DetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        options ??= new();
        options.Validate();
        return services.AddSingleton(_ => MobileNetV2Detector.Load(modelPath, options));
    }
}

using MLNet.MobileNetV2;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a predictor to the services of an application.</summary>
public static class PredictorServiceCollectionExtensions
{
    /// <summary>Adds one <see cref="MobileNetV2Predictor"/> of a model file for the whole application.</summary>
    /// <remarks>
    /// The model is loaded when the predictor is first asked for, with the errors of <see cref="MobileNetV2Predictor.Load"/>. Ask for it
    /// when the application starts, so that a missing model stops it then: <c>app.Services.GetRequiredService&lt;MobileNetV2Predictor&gt;()</c>.
    /// The service provider disposes it.
    /// </remarks>
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
        options?.Validate();
        return services.AddSingleton(_ => MobileNetV2Predictor.Load(modelPath, options));
    }
}

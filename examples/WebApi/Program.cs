using System.Net.Sockets;
using MLNet.MobileNetV2;
using WebApi;

// Serves a trained model over HTTP: POST /predict and /detect with an image, GET /health, GET /openapi/v1.json.
WebApplicationBuilder builder = WebApplication.CreateBuilder(
    new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
ServiceOptions options;
try
{
    options = ServiceOptions.Read(builder.Configuration);
}
catch (InvalidOperationException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

if (string.IsNullOrEmpty(options.Model))
{
    Console.Error.WriteLine(
        """
        No model is given. Train one on a folder of photos, one sub-folder per class, and serve it:
            mobilenetv2 train flowers --output flowers.zip
            dotnet run -c Release --project examples/WebApi -- --model flowers.zip
        """);
    return 2;
}

// What keeps the service from starting is told below, in one line.
builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes);
builder.Services.AddProblemDetails();
builder.Services.AddHealthChecks();
builder.Services.AddOpenApi();
builder.Services.AddRequestTimeouts();
builder.Services.AddRateLimiter(limiter => Overload.Limit(limiter, options));

WebApplication app;
try
{
    builder.Services.AddMobileNetV2Predictor(
        options.Model, new MobileNetV2PredictorOptions { MaxEncodedBytes = options.MaxBodyBytes, MaxPixels = options.MaxPixels });
    builder.Services.AddMobileNetV2Detector(new() { MaxEncodedBytes = options.MaxBodyBytes, MaxPixels = options.MaxPixels });
    app = builder.Build();

    // The model is loaded now: a service without one should not start.
    app.Services.GetRequiredService<IMobileNetV2Predictor>();
}
catch (Exception error) when (
    error is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException or DllNotFoundException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

app.UseExceptionHandler();
app.UseStatusCodePages();

// The limiter comes first: a request that waits for its turn is not timed, since the limiter answers nothing where the wait is cancelled.
app.UseRateLimiter();
app.UseRequestTimeouts();
app.MapHealthChecks("/health");
app.MapOpenApi();
Describe<PredictResponse>(app.MapPost("/predict", PredictEndpoint.HandleAsync))
    .AddOpenApiOperationTransformer(PictureOperation.DescribePredictionAsync);
Describe<DetectResponse>(app.MapPost("/detect", DetectEndpoint.HandleAsync))
    .AddOpenApiOperationTransformer(PictureOperation.DescribeDetectionAsync);
await using (app)
{
    try
    {
        await app.StartAsync();
    }
    catch (Exception error) when (
        error is IOException or SocketException or FormatException or ArgumentException or InvalidOperationException)
    {
        Console.Error.WriteLine($"The service cannot listen: {error.Message}");
        return 1;
    }

    await app.WaitForShutdownAsync();
}

return 0;

IEndpointConventionBuilder Describe<TResponse>(RouteHandlerBuilder endpoint) => endpoint
    .RequireRateLimiting(Overload.Policy)
    .Produces<TResponse>()
    .ProducesProblem(StatusCodes.Status400BadRequest)
    .ProducesProblem(StatusCodes.Status408RequestTimeout)
    .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
    .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
    .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
    .WithRequestTimeout(Overload.Timeout(options));

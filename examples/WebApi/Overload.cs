using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;

namespace WebApi;

/// <summary>Bounds what the service takes on: requests at once, requests that wait, and the time of each.</summary>
internal static class Overload
{
    /// <summary>Name of the rate limiter's policy.</summary>
    public const string Policy = "pictures";

    private const int RetryAfterSeconds = 1;

    public static void Limit(RateLimiterOptions limiter, ServiceOptions options)
    {
        limiter.AddConcurrencyLimiter(Policy, concurrency =>
        {
            concurrency.PermitLimit = options.MaxRequests;
            concurrency.QueueLimit = options.MaxQueue;
            concurrency.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
        });
        limiter.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            await TypedResults.Problem(
                "Too many requests are waiting; try again later.", statusCode: StatusCodes.Status503ServiceUnavailable)
                .ExecuteAsync(rejected.HttpContext);
        };
    }

    public static RequestTimeoutPolicy Timeout(ServiceOptions options) => new()
    {
        Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
        TimeoutStatusCode = StatusCodes.Status408RequestTimeout,
        WriteTimeoutResponse = context => TypedResults
            .Problem($"The request took longer than {options.TimeoutSeconds} seconds.", statusCode: StatusCodes.Status408RequestTimeout)
            .ExecuteAsync(context),
    };
}

using System.Globalization;
using Microsoft.Net.Http.Headers;
using MLNet.MobileNetV2;

namespace WebApi;

/// <summary><c>POST /predict</c>: an image as the body, or as the one file of a form.</summary>
internal static class PredictEndpoint
{
    /// <summary>The content type of bytes of any kind.</summary>
    public const string AnyBytes = "application/octet-stream";

    public static async Task<IResult> HandleAsync(HttpContext context, IMobileNetV2Predictor predictor)
    {
        try
        {
            int? top = Top(context.Request);
            IReadOnlyList<ClassScore> scores = await PredictAsync(context.Request, predictor, top, context.RequestAborted);
            return TypedResults.Ok(new PredictResponse([.. scores.Select(score => new LabelScore(score.Label, score.Score))]));
        }
        catch (BadImageException error)
        {
            return TypedResults.Problem($"The image cannot be used: {error.Reason}", statusCode: StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException error)
        {
            return TypedResults.Problem(error.Message, statusCode: error.StatusCode);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            return TypedResults.Problem($"The body cannot be read: {error.Message}", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static Task<IReadOnlyList<ClassScore>> PredictAsync(
        HttpRequest request, IMobileNetV2Predictor predictor, int? top, CancellationToken cancellationToken)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
        {
            // Clients that cannot tell the kind of image send the type for any bytes.
            if (type.Type.Equals("image", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals(AnyBytes, StringComparison.OrdinalIgnoreCase))
            {
                return predictor.PredictAsync(request.Body, top, cancellationToken);
            }

            if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            {
                return FormPicture.PredictAsync(request.Body, type, predictor, top, cancellationToken);
            }
        }

        throw new BadHttpRequestException(
            $"The content type '{request.ContentType}' is no image's; send an image as image/jpeg, image/png, image/webp, image/bmp, "
                + "image/gif "
            + $"or {AnyBytes}, or a multipart/form-data form with one file.",
            StatusCodes.Status415UnsupportedMediaType);
    }

    private static int? Top(HttpRequest request)
    {
        if (!request.Query.TryGetValue("top", out var value))
        {
            return null;
        }

        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int top) && top >= 1
            ? top
            : throw new BadHttpRequestException($"The query's top is '{value}'; it must be a whole number from 1 up.");
    }
}

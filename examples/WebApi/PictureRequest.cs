using Microsoft.Net.Http.Headers;
using MLNet.MobileNetV2;

namespace WebApi;

/// <summary>A request with an image as its body, or as the one file of a form.</summary>
internal static class PictureRequest
{
    /// <summary>The content type of bytes of any kind.</summary>
    public const string AnyBytes = "application/octet-stream";

    /// <summary>Answers a request; what is wrong with it becomes a problem that says so.</summary>
    public static async Task<IResult> AnswerAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
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

    /// <summary>Does work on the image while it arrives.</summary>
    /// <exception cref="BadHttpRequestException">The body is no image and no form by its type, or the form has not one file.</exception>
    public static Task<T> RunAsync<T>(HttpContext context, Func<Stream, CancellationToken, Task<T>> work)
        where T : class
    {
        HttpRequest request = context.Request;
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
        {
            // Clients that cannot tell the kind of image send the type for any bytes.
            if (type.Type.Equals("image", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals(AnyBytes, StringComparison.OrdinalIgnoreCase))
            {
                return work(request.Body, context.RequestAborted);
            }

            if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            {
                return FormPicture.RunAsync(request.Body, type, work, context.RequestAborted);
            }
        }

        throw new BadHttpRequestException(
            $"The content type '{request.ContentType}' is no image's; send an image as image/jpeg, image/png, image/webp, image/bmp, "
                + "image/gif "
            + $"or {AnyBytes}, or a multipart/form-data form with one file.",
            StatusCodes.Status415UnsupportedMediaType);
    }
}

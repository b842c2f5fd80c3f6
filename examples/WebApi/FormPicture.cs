using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace WebApi;

/// <summary>Works on the one file of a form while it arrives. ASP.NET's own form reader would put it into a temporary file.</summary>
internal static class FormPicture
{
    // As long as a boundary may be (RFC 2046).
    private const int MaxBoundaryLength = 70;

    /// <exception cref="BadHttpRequestException">The form has no file, or several, or one that is no image by its type.</exception>
    /// <exception cref="IOException">The form ends too early.</exception>
    /// <exception cref="InvalidDataException">The headers of a part are too many or too long.</exception>
    public static async Task<T> RunAsync<T>(
        Stream body, MediaTypeHeaderValue type, Func<Stream, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
        where T : class
    {
        string? boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (boundary is not { Length: >= 1 and <= MaxBoundaryLength })
        {
            throw new BadHttpRequestException(
                $"The form's boundary has {boundary?.Length ?? 0} characters; 1 to {MaxBoundaryLength} are allowed.");
        }

        T? result = null;
        var reader = new MultipartReader(boundary, body);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!IsFile(section))
            {
                continue;
            }

            if (result is not null)
            {
                throw new BadHttpRequestException("The form has more than one file; one image a request is allowed.");
            }

            CheckType(section.ContentType);
            result = await work(section.Body, cancellationToken);
        }

        return result ?? throw new BadHttpRequestException("The form has no file; one image is needed.");
    }

    private static bool IsFile(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(
            section.ContentDisposition, out ContentDispositionHeaderValue? disposition) && disposition.IsFileDisposition();

    // Clients that cannot tell send no type, or the one for any bytes.
    private static void CheckType(string? contentType)
    {
        if (!string.IsNullOrEmpty(contentType)
            && !contentType.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
            && !contentType.StartsWith(PictureRequest.AnyBytes, StringComparison.OrdinalIgnoreCase))
        {
            throw new BadHttpRequestException(
                $"The form's file has the content type '{contentType}', which is no image's.", StatusCodes.Status415UnsupportedMediaType);
        }
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WebApi;

namespace MLNet.MobileNetV2.Tests.Serving.Http;

/// <summary>What the service answered: predictions, or a problem with its detail.</summary>
internal sealed record Answer(HttpStatusCode Status, IReadOnlyList<LabelScore> Predictions, string? Detail)
{
    /// <summary>Sends a body to <c>/predict</c>.</summary>
    public static async Task<Answer> OfAsync(HttpClient client, HttpContent content, string query = "")
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using HttpResponseMessage response = await client.PostAsync(new Uri("/predict" + query, UriKind.Relative), content, token);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            PredictResponse body = (await response.Content.ReadFromJsonAsync<PredictResponse>(token))!;
            return new(response.StatusCode, body.Predictions, null);
        }

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(token));
        Assert.Equal((int)response.StatusCode, problem.RootElement.GetProperty("status").GetInt32());
        return new(response.StatusCode, [], problem.RootElement.GetProperty("detail").GetString());
    }

    /// <summary>Bytes with a content type, or with none.</summary>
    public static ByteArrayContent Body(byte[] bytes, string? type = "image/jpeg")
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return content;
    }
}

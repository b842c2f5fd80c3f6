using System.Globalization;
using MLNet.MobileNetV2;

namespace WebApi;

/// <summary><c>POST /predict</c>: the most probable classes of an image.</summary>
internal static class PredictEndpoint
{
    public static Task<IResult> HandleAsync(HttpContext context, IMobileNetV2Predictor predictor) => PictureRequest.AnswerAsync(async () =>
    {
        int? top = Top(context.Request);
        IReadOnlyList<ClassScore> scores = await PictureRequest.RunAsync(
            context, (image, cancellationToken) => predictor.PredictAsync(image, top, cancellationToken));
        return TypedResults.Ok(new PredictResponse([.. scores.Select(score => new LabelScore(score.Label, score.Score))]));
    });

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

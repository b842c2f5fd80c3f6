using MLNet.MobileNetV2;

namespace WebApi;

/// <summary><c>POST /detect</c>: the objects of COCO's classes in an image.</summary>
internal static class DetectEndpoint
{
    public static Task<IResult> HandleAsync(HttpContext context, MobileNetV2Detector detector) => PictureRequest.AnswerAsync(async () =>
    {
        IReadOnlyList<DetectedObject> found = await PictureRequest.RunAsync(context, detector.DetectAsync);
        return TypedResults.Ok(new DetectResponse(
            [.. found.Select(one => new LabelBox(one.Label, one.Score, [one.Box.X, one.Box.Y, one.Box.Width, one.Box.Height]))]));
    });
}

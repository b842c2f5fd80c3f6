namespace WebApi;

/// <summary>The answer of <c>POST /detect</c>, best first.</summary>
public sealed record DetectResponse(IReadOnlyList<LabelBox> Detections);

/// <summary>An object: its class, its score, and left, top, width and height of its box in pixels of the upright image.</summary>
public sealed record LabelBox(string Label, float Score, IReadOnlyList<float> Box);

namespace MLNet.MobileNetV2.Reporting;

/// <summary>A section of a report.</summary>
/// <param name="Id">Its name in the page.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Write">Writes what stands below the heading.</param>
internal sealed record ReportSection(string Id, string Title, Action<HtmlWriter> Write);

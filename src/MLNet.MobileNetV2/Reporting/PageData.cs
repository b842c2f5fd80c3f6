using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using MLNet.MobileNetV2.Evaluation;
using static MLNet.MobileNetV2.Reporting.ReportText;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>What the page's script needs, as JSON: the photos, and which of them are in each cell of the confusion matrix.</summary>
internal sealed class PageData
{
    // Escapes what ends or begins markup.
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly PhotoAlbum _album;
    private readonly List<Cell> _cells = [];

    /// <summary>Adds the photos of the cells to the album.</summary>
    public PageData(ClassificationReport? report, ConfusionCells? cells, PhotoAlbum album)
    {
        _album = album;
        foreach (ConfusionCell cell in cells?.Cells ?? [])
        {
            int more = cell.Count - cell.Photos.Count;
            _cells.Add(new(
                ConfusionSection.Title(report!, cell),
                more > 0 ? Invariant($"The {cell.Photos.Count} with the greatest losses, and {more:N0} more.") : string.Empty,
                [.. cell.Photos.Select(photo => (photo.Path is { } path ? (int?)album.Add(path) : null, Caption(photo)))]));
        }
    }

    /// <summary>Writes it.</summary>
    public void Write(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, s_json);
        json.WriteStartObject();
        json.WriteStartArray("photos");
        foreach (AlbumPhoto photo in _album.Photos)
        {
            json.WriteStartObject();
            json.WriteString("path", Name(photo.Path));
            if (photo.Picture is { } picture)
            {
                json.WriteBase64String("picture", picture);
            }
            else if (photo.Problem is { } problem)
            {
                json.WriteString("problem", problem);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("cells");
        foreach (Cell cell in _cells)
        {
            json.WriteStartObject();
            json.WriteString("title", cell.Title);
            json.WriteString("more", cell.More);
            json.WriteStartArray("photos");
            foreach ((int? place, string caption) in cell.Photos)
            {
                json.WriteStartObject();
                if (place is { } known)
                {
                    json.WriteNumber("place", known);
                }

                json.WriteString("caption", caption);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Caption(JudgedImage photo) => $"predicted with {Percent(photo.Score)}, loss {Number(photo.Loss)}";

    private sealed record Cell(string Title, string More, IReadOnlyList<(int? Place, string Caption)> Photos);
}

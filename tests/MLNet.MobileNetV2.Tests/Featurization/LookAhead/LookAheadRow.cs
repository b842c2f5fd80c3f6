using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Tests.Featurization.LookAhead;

/// <summary>A row with an image's pixels and columns of many types, all told by its number.</summary>
internal sealed class LookAheadRow
{
    public const int Size = 32;

    [VectorType(3, Size, Size)]
    public float[] Pixels { get; set; } = [];

    public string Text { get; set; } = string.Empty;

    public int Number { get; set; }

    public bool Flag { get; set; }

    public DateTime Time { get; set; }

    public double[] Numbers { get; set; } = [];

    public string[] Words { get; set; } = [];

    public static LookAheadRow Of(int number)
    {
        var random = new Random(number);
        return new()
        {
            Pixels = [.. Enumerable.Range(0, 3 * Size * Size).Select(_ => (float)random.Next(256))],
            Text = $"row {number}",
            Number = number,
            Flag = number % 3 == 0,
            Time = new DateTime(2020, 1, 1).AddHours(number),
            Numbers = [.. Enumerable.Range(0, number % 5).Select(index => (double)(number * index))],
            Words = [.. Enumerable.Range(0, (number + 2) % 4).Select(index => $"{number}-{index}")],
        };
    }
}

namespace MLNet.MobileNetV2.Network;

/// <summary>Turns a stage table into blocks.</summary>
internal static class InvertedResidualBlocks
{
    /// <summary>Every block of the table, first to last.</summary>
    /// <param name="stages">The rows: t, c, n, s.</param>
    /// <param name="input">Channels of the first block's input.</param>
    /// <param name="scale">Applies the width multiplier and the rounding to a row's channels.</param>
    public static IReadOnlyList<InvertedResidualBlock> Build(
        IReadOnlyList<InvertedResidualSetting> stages, int input, Func<int, int> scale)
    {
        var blocks = new List<InvertedResidualBlock>();
        foreach (InvertedResidualSetting stage in stages)
        {
            int output = scale(stage.Channels);
            for (int repeat = 0; repeat < stage.Repeats; repeat++)
            {
                int stride = repeat == 0 ? stage.Stride : 1;
                blocks.Add(Build($"features.{blocks.Count + 1}", input, output, stage.ExpansionFactor, stride));
                input = output;
            }
        }

        return blocks;
    }

    private static InvertedResidualBlock Build(string name, int input, int output, int expansionFactor, int stride)
    {
        int hidden = checked(input * expansionFactor);
        bool expands = expansionFactor != 1;
        string depthwiseName = expands ? $"{name}.conv.1.0" : $"{name}.conv.0.0";
        string projectionName = expands ? $"{name}.conv.2" : $"{name}.conv.1";
        return new(
            name,
            expands ? new($"{name}.conv.0.0", input, hidden, 1, 1, 1, HasReLU6: true) : null,
            new(depthwiseName, hidden, hidden, 3, stride, hidden, HasReLU6: true),
            new(projectionName, hidden, output, 1, 1, 1, HasReLU6: false),
            HasShortcut: stride == 1 && input == output);
    }
}

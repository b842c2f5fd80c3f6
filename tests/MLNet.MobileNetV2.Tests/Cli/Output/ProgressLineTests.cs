using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Tests.Cli.Output;

public sealed class ProgressLineTests
{
    private const string Detail = "epoch 3/10, loss 0.123, accuracy 91.2 %, 85 images/s";

    [Property(MaxTest = 300)]
    public Property Fit_FromFortyColumnsOn_ShowsTitleShareAndTimeInOneLine()
    {
        Gen<(int Width, double Fraction, int Seconds, int Length)> cases =
            from width in Gen.Choose(39, 300)
            from thousandths in Gen.Choose(0, 1000)
            from seconds in Gen.Choose(0, 400_000)
            from length in Gen.Choose(0, Detail.Length)
            select (width, thousandths / 1000.0, seconds, length);
        return Prop.ForAll(cases.ToArbitrary(), one =>
        {
            string line = ProgressLine.Fit(
                new("training", one.Fraction, Detail[..one.Length], TimeSpan.FromSeconds(one.Seconds)), one.Width, isUnicode: true);

            Assert.InRange(line.Length, 1, one.Width);
            Assert.StartsWith("training ", line, StringComparison.Ordinal);
            Assert.Contains($"{(int)Math.Floor(one.Fraction * 100)} %", line, StringComparison.Ordinal);
            Assert.Contains(" left", line, StringComparison.Ordinal);
            Assert.Equal(one.Seconds >= 3600 ? 2 : 1, line.Count(c => c == ':'));
        });
    }

    [Theory]
    [InlineData(79, "training ━━━━──── 50 %  1:05 left  epoch 3/10, loss 0.123, accuracy 91.2 %")]
    [InlineData(45, "training ━━━─── 50 %  1:05 left  epoch 3/10")]
    [InlineData(39, "training ━━━━━━────── 50 %  1:05 left")]
    [InlineData(20, "training 50 %  1:05 ")]
    public void Fit_InFewerColumns_LeavesOutTheLastParts(int width, string expected)
    {
        string line = ProgressLine.Fit(new("training", 0.5, Detail, TimeSpan.FromSeconds(65)), width, isUnicode: true);

        // The bar takes what is left.
        Assert.Equal(Bare(expected), Bare(line));
        Assert.InRange(line.Length, 0, width);

        static string Bare(string text) =>
            text.Replace("━", string.Empty, StringComparison.Ordinal).Replace("─", string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithoutUnicode_IsAscii() =>
        Assert.True(System.Text.Ascii.IsValid(ProgressLine.Fit(new("training", 0.5, Detail, null), 80, isUnicode: false)));

    [Fact]
    public void Plain_SaysAllThatIsKnown()
    {
        Assert.Equal("training: 45 %", ProgressLine.Plain(new("training", 0.459, string.Empty, null)));
        Assert.Equal(
            $"training: 100 %, {Detail}, 2:00:05 left", ProgressLine.Plain(new("training", 1, Detail, TimeSpan.FromSeconds(7205))));
    }
}

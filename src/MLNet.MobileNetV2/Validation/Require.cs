using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.MobileNetV2.Validation;

/// <summary>The one check of options and arguments: its errors name the option, what it is and what is allowed.</summary>
internal static class Require
{
    private const int MaxThreadCount = 1024;

    /// <summary>Throws where a value is not allowed, naming what it must be: <c>1 to 256</c>, <c>a finite number above 0</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static void That(
        [DoesNotReturnIf(false)] bool isAllowed,
        object? value,
        string allowed,
        [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (!isAllowed)
        {
            throw new ArgumentOutOfRangeException(
                option, value, FormattableString.Invariant($"{option} is {value ?? "null"}; it must be {allowed}."));
        }
    }

    public static void AtLeast<T>(T least, T value, [CallerArgumentExpression(nameof(value))] string option = "")
        where T : INumber<T> => That(value >= least, value, FormattableString.Invariant($"at least {least}"), option);

    /// <summary>Throws where a number is not between two others, both included.</summary>
    public static void Between<T>(T least, T most, T value, [CallerArgumentExpression(nameof(value))] string option = "")
        where T : INumber<T> => That(value >= least && value <= most, value, FormattableString.Invariant($"{least} to {most}"), option);

    /// <summary>Throws where a number is not finite and at least 0.</summary>
    public static void NotNegative<T>(T value, [CallerArgumentExpression(nameof(value))] string option = "")
        where T : INumber<T> => That(T.IsFinite(value) && value >= T.Zero, value, "a finite number of at least 0", option);

    /// <summary>Throws where a number is not finite and above 0.</summary>
    public static void Positive<T>(T value, [CallerArgumentExpression(nameof(value))] string option = "")
        where T : INumber<T> => That(T.IsFinite(value) && value > T.Zero, value, "a finite number above 0", option);

    /// <summary>Throws where a number of threads is negative or very large; 0 stands for as many as there are cores.</summary>
    public static void ThreadCount(int value, [CallerArgumentExpression(nameof(value))] string option = "") =>
        That(value is >= 0 and <= MaxThreadCount, value, $"0 (all cores) to {MaxThreadCount}", option);

    /// <summary>Throws where a value is not one of its enumeration.</summary>
    public static void Defined<T>(T value, [CallerArgumentExpression(nameof(value))] string option = "")
        where T : struct, Enum => That(Enum.IsDefined(value), value, $"one of {string.Join(", ", Enum.GetNames<T>())}", option);

    /// <summary>Throws where a text is null, empty or blank.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void Text([NotNull] string? value, string needed, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new ArgumentException($"{option} is {(value is null ? "null" : $"\"{value}\"")}; {needed} is needed.", option);
        }
    }

    /// <summary>Throws where the name of a column is null, empty or blank.</summary>
    public static void ColumnName([NotNull] string? value, [CallerArgumentExpression(nameof(value))] string option = "") =>
        Text(value, "the name of a column", option);
}

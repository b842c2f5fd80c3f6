using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>Which columns a stock transformer writes, and from which. ML.NET keeps that to itself.</summary>
internal static class WrittenColumns
{
    /// <summary>The columns of a transformer that makes one column of another, such as a copy; none of any other transformer.</summary>
    /// <exception cref="NotSupportedException">This version of ML.NET does not expose them.</exception>
    public static IReadOnlyList<(string Output, string Input)> Of(ITransformer step)
    {
        try
        {
            return step is OneToOneTransformerBase pairs ? Pairs(pairs) : [];
        }
        catch (MissingFieldException error)
        {
            AssemblyName assembly = step.GetType().Assembly.GetName();
            throw new NotSupportedException(
                $"{step.GetType().Name} of {assembly.Name} {assembly.Version} does not expose its columns, "
                + "which this library needs: it was made for Microsoft.ML 5.0.1. Use that version of Microsoft.ML.",
                error);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "ColumnPairs")]
    private static extern ref (string OutputColumnName, string InputColumnName)[] Pairs(OneToOneTransformerBase transformer);
}

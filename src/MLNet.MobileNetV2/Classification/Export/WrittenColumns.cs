using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Classification.Export;

/// <summary>Which columns a stock transformer writes, and from which. ML.NET keeps that to itself.</summary>
internal static class WrittenColumns
{
    /// <summary>The columns of a transformer that makes one column of another, such as a copy; none of any other transformer.</summary>
    public static IReadOnlyList<(string Output, string Input)> Of(ITransformer step) => step is OneToOneTransformerBase pairs ? Pairs(pairs) : [];

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "ColumnPairs")]
    private static extern ref (string OutputColumnName, string InputColumnName)[] Pairs(OneToOneTransformerBase transformer);
}

using Microsoft.ML;

namespace MLNet.MobileNetV2.Data;

/// <summary>The seed to use where the caller gives none.</summary>
internal static class CatalogSeed
{
    private const int Bits = 31;

    /// <summary>
    /// A seed that follows the seed of the catalog's <see cref="MLContext"/>, and is always the same for a context without one.
    /// </summary>
    /// <remarks>
    /// The context keeps its seed to itself, but ML.NET's own split obeys it: which of 31 rows come out in the test part, read as bits,
    /// stands for it.
    /// </remarks>
    public static int Of(DataOperationsCatalog catalog)
    {
        IDataView rows = catalog.LoadFromEnumerable(Enumerable.Range(0, Bits).Select(bit => new Row { Bit = bit }).ToList());
        IDataView test = catalog.TrainTestSplit(rows, testFraction: 0.5).TestSet;
        int seed = 0;
        foreach (Row row in catalog.CreateEnumerable<Row>(test, reuseRowObject: true))
        {
            seed |= 1 << row.Bit;
        }

        return seed;
    }

    private sealed class Row
    {
        public int Bit { get; set; }
    }
}

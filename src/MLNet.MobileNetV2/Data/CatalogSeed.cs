using Microsoft.ML;

namespace MLNet.MobileNetV2.Data;

/// <summary>The seed to use where the caller gives none.</summary>
internal static class CatalogSeed
{
    /// <summary>The seed for a context without one: that of the command line.</summary>
    public const int Default = 1;

    /// <summary>
    /// The seed of the catalog's <see cref="MLContext"/>, so that a seed means the same wherever it is given; <see cref="Default"/> for a
    /// context without one.
    /// </summary>
    /// <exception cref="NotSupportedException">This version of ML.NET does not tell the seed.</exception>
    public static int Of(DataOperationsCatalog catalog) => CatalogEnvironment.SeedOf(catalog) ?? Default;
}

using MLNet.MobileNetV2;
using MLNet.MobileNetV2.Parquet;

namespace Microsoft.ML;

/// <summary>Feature files in ML.NET's data catalog, and where their features came from.</summary>
public static class FeatureFilesCatalog
{
    /// <summary>Feature files (Parquet) as data: the text columns ImagePath and Label, and Features as the featurizer gives them.</summary>
    /// <remarks>
    /// Rows are read from the files when they are asked for, a row group at a time: memory does not grow with their number.
    /// </remarks>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="paths">
    /// Files, folders (of which every <c>.parquet</c> counts), or names with * and ? in their last part. A pattern's files come in
    /// ordinal order.
    /// </param>
    /// <returns>One row an image, its label empty where it has none.</returns>
    /// <exception cref="FeatureFileException">
    /// There is no file, one is damaged or named twice, two hold the same images or are not of the same weights, preprocessing, padding
    /// and tap, or of the files that say which share of a list they are (<see cref="FeatureShare"/>), one is missing or doubled, or a
    /// list is divided in two ways; a share that is named alone, without a pattern, can be read without the others. A file
    /// that is damaged farther inside, or was replaced by one with other images since it was loaded, throws when its rows are read.
    /// </exception>
    /// <example><code>mlContext.Data.LoadFromFeatureFiles("out/*.parquet")</code></example>
    public static IDataView LoadFromFeatureFiles(this DataOperationsCatalog catalog, params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new FeatureFilesView(FeatureFileSet.Open(paths));
    }

    extension(FeatureOrigin)
    {
        /// <summary>The origin of the features of data from feature files, as these were when they were loaded.</summary>
        /// <param name="data">Data that <c>LoadFromFeatureFiles</c> gave.</param>
        /// <exception cref="ArgumentException">The data have another source.</exception>
        public static FeatureOrigin Of(IDataView data)
        {
            ArgumentNullException.ThrowIfNull(data);
            return data is FeatureFilesView files
                ? files.Files.Origin
                : throw new ArgumentException(
                    "The data are not those of LoadFromFeatureFiles; these are needed as it gave them, before any transform.",
                    nameof(data));
        }
    }
}

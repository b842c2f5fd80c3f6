using System.Reflection;
using MLNet.MobileNetV2.Machine;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.MobileNetV2.Data;

/// <summary>
/// The environment of an <see cref="MLContext"/>, as its catalogs and stock transformers hold it. It is not public: this is the only
/// place that reflects on it.
/// </summary>
internal static class CatalogEnvironment
{
    private const string Internals = "IHostEnvironmentInternal";
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The environment of a catalog.</summary>
    /// <exception cref="NotSupportedException">This version of ML.NET has none there.</exception>
    public static IHostEnvironment Of(object catalog) =>
        Property(catalog, "IInternalCatalog", "Environment")?.GetValue(catalog) as IHostEnvironment
        ?? throw Lacks(catalog, "IInternalCatalog.Environment");

    /// <summary>The seed that a context was made with, from one of its catalogs; null where it has none.</summary>
    /// <exception cref="NotSupportedException">This version of ML.NET does not expose it.</exception>
    public static int? SeedOf(object catalog)
    {
        IHostEnvironment environment = Of(catalog);
        PropertyInfo seed = Property(environment, Internals, "Seed") ?? throw Lacks(environment, $"{Internals}.Seed");
        return seed.GetValue(environment) as int?;
    }

    /// <summary>The folder for temporary files (<c>MLContext.TempFilePath</c>) of the context that a catalog belongs to.</summary>
    public static string TemporaryFolderOf(TransformsCatalog catalog) => TemporaryFolderOf(Of(catalog));

    /// <summary>The same of the context that made or loaded a stock transformer.</summary>
    public static string TemporaryFolderOf(RowToRowTransformerBase transformer) => TemporaryFolderOf(
        typeof(RowToRowTransformerBase).GetField("Host", Own)?.GetValue(transformer));

    // The system's folder is what ML.NET takes where nobody names another one.
    private static string TemporaryFolderOf(object? environment) =>
        environment is not null && Property(environment, Internals, "TempFilePath")?.GetValue(environment) is string { Length: > 0 } path
            ? path
            : TemporaryFolder.OfTheSystem;

    private static PropertyInfo? Property(object source, string contract, string property) =>
        Array.Find(source.GetType().GetInterfaces(), candidate => candidate.Name == contract)?.GetProperty(property);

    private static NotSupportedException Lacks(object source, string property) => new(
        $"{source.GetType().Name} of {source.GetType().Assembly.GetName().Name} {source.GetType().Assembly.GetName().Version} lacks the "
        + $"interface property {property}, which this library needs: it was made for Microsoft.ML 5.0.1. "
        + "Use that version of Microsoft.ML.");
}

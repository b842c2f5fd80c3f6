using Microsoft.ML.Runtime;

namespace MLNet.MobileNetV2.Data;

/// <summary>The environment inside a catalog, which ML.NET shows to nobody else.</summary>
internal static class CatalogEnvironment
{
    /// <summary>The environment of a catalog.</summary>
    /// <returns>The environment; null where this version of ML.NET has none there.</returns>
    public static IHostEnvironment? Of(object catalog) => ValueOf(catalog, "IInternalCatalog", "Environment") as IHostEnvironment;

    /// <summary>The seed that a context was made with, from one of its catalogs.</summary>
    /// <returns>Whether this version of ML.NET tells it, and the seed; null where the context has none.</returns>
    public static (bool IsKnown, int? Seed) SeedOf(object catalog)
    {
        const string Contract = "IHostEnvironmentInternal";
        const string Property = "Seed";
        return Of(catalog) is { } environment && Has(environment, Contract, Property)
            ? (true, ValueOf(environment, Contract, Property) as int?)
            : (false, null);
    }

    private static bool Has(object value, string contract, string property) =>
        Array.Exists(value.GetType().GetInterfaces(), type => type.Name == contract && type.GetProperty(property) is not null);

    private static object? ValueOf(object value, string contract, string property) =>
        Array.Find(value.GetType().GetInterfaces(), type => type.Name == contract)?.GetProperty(property)?.GetValue(value);
}

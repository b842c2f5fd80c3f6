namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>A <c>dict</c> or an <c>OrderedDict</c> in the order in which its entries were set.</summary>
/// <remarks>Keys are not hashed: a pickle may hold any value, itself included, as a key.</remarks>
internal sealed class PickleDictionary(bool isOrderedDict)
{
    private List<KeyValuePair<object?, object?>>? _entries;

    /// <summary>Whether it is an <c>OrderedDict</c>, which may carry attributes.</summary>
    public bool IsOrderedDict => isOrderedDict;

    public IReadOnlyList<KeyValuePair<object?, object?>> Entries => _entries ?? [];

    public void Add(object? key, object? value) => (_entries ??= []).Add(new(key, value));

    /// <summary>The value that was set last for a key, or null.</summary>
    public object? Find(string key)
    {
        object? value = null;
        foreach (KeyValuePair<object?, object?> entry in Entries)
        {
            value = entry.Key is string name && name == key ? entry.Value : value;
        }

        return value;
    }
}

namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>Finds the named tensors in a saved object: the dictionary itself, or the one inside a training checkpoint.</summary>
internal static class StateDictionary
{
    // What DataParallel puts before every name.
    private const string WrapperPrefix = "module.";

    private static readonly string[] s_keys = ["state_dict", "model_state_dict", "model"];

    /// <summary>The tensors by name, without the prefix <c>module.</c> where all names have it; other values are skipped.</summary>
    public static IReadOnlyDictionary<string, TorchTensor> Find(string source, object? root)
    {
        if (root is not PickleDictionary dictionary)
        {
            throw new WeightsFormatException(source, "it does not hold a dictionary: save the state_dict() of the module.");
        }

        PickleDictionary state = s_keys.Select(dictionary.Find).OfType<PickleDictionary>().FirstOrDefault(HasTensors) ?? dictionary;
        var tensors = new Dictionary<string, TorchTensor>(StringComparer.Ordinal);
        foreach ((object? key, object? value) in state.Entries)
        {
            if (value is TorchTensor tensor && (key is not string name || !tensors.TryAdd(name, tensor)))
            {
                throw new WeightsFormatException(
                    source, key is string ? $"the tensor '{key}' appears twice." : "the name of one of its tensors is not text.");
            }
        }

        if (tensors.Count == 0)
        {
            string keys = string.Join(", ", s_keys.Select(key => $"'{key}'"));
            throw new WeightsFormatException(source, $"it holds no tensors, neither in its dictionary nor in one named {keys}.");
        }

        return tensors.Keys.All(name => name.StartsWith(WrapperPrefix, StringComparison.Ordinal))
            ? tensors.ToDictionary(tensor => tensor.Key[WrapperPrefix.Length..], tensor => tensor.Value, StringComparer.Ordinal)
            : tensors;
    }

    private static bool HasTensors(PickleDictionary dictionary) => dictionary.Entries.Any(entry => entry.Value is TorchTensor);
}

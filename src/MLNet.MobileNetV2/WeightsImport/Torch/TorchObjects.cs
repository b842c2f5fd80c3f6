using System.Collections.Frozen;

namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>The closed list of what a checkpoint's pickle may name and call.</summary>
/// <param name="source">The file's name for messages.</param>
/// <param name="isLegacy">Whether storages are described as before PyTorch 1.6, with the place of a view.</param>
internal sealed class TorchObjects(string source, bool isLegacy)
{
    private static readonly FrozenDictionary<string, object> s_globals = CreateGlobals().ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);

    /// <summary>The storages that were named so far, by their keys.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    public object Global(string module, string name)
    {
        return s_globals.TryGetValue($"{module}.{name}", out object? known)
            ? known
            : throw Error(
                $"it holds a '{module}.{name}', which is code or a type of its own; only tensors, dictionaries, lists, numbers and text "
                + "are read. Save the module's state_dict() alone.");
    }

    /// <summary>The result of one of the known functions.</summary>
    public object Call(object? function, object? arguments) => (function, arguments) switch
    {
        (TorchFunction.OrderedDict, object?[] and []) => new PickleDictionary(isOrderedDict: true),
        (TorchFunction.OrderedDict, object?[] and [List<object?> pairs]) => OrderedDict(pairs),
        (
            TorchFunction.RebuildTensor,
            object?[] and [TorchStorage storage, long offset, object?[] sizes, object?[] strides, _, _, .. object?[] marks])
            => marks is [] or [null] or [PickleDictionary { Entries.Count: 0 }]
                ? new TorchTensor(storage, offset, sizes, strides)
                : throw Error("one of its tensors carries marks, as conjugated ones do; plain tensors are allowed."),
        (TorchFunction.RebuildParameter, object?[] and [TorchTensor tensor, _, _]) => tensor,
        (TorchFunction known, _) => throw Error($"it calls {known} with arguments that PyTorch does not give it."),
        _ => throw Error("it calls something that is not a function."),
    };

    /// <summary>The storage of a persistent id: type, key, device, number of elements and, in the legacy form, no view.</summary>
    public TorchStorage Storage(object? id)
    {
        if (id is not (object?[] and ["storage", TorchStorageType type, string key, _, long count, .. object?[] view])
            || view.Length != (isLegacy ? 1 : 0))
        {
            throw Error("it refers to something other than a storage with type, key, device and number of elements.");
        }

        if (view is [not null])
        {
            throw Error($"its storage '{key}' is a view of another, as PyTorch before 0.4 wrote it; whole storages are allowed.");
        }

        if (count < 0 || count > Array.MaxLength)
        {
            throw Error($"its storage '{key}' has {count} elements; 0 to {Array.MaxLength} are allowed.");
        }

        var storage = new TorchStorage(key, type, (int)count);
        return _storages.TryAdd(key, storage) || _storages[key] == storage
            ? _storages[key]
            : throw Error($"its storage '{key}' is described in two ways.");
    }

    private static Dictionary<string, object> CreateGlobals()
    {
        var globals = new Dictionary<string, object>
        {
            ["collections.OrderedDict"] = TorchFunction.OrderedDict,
            ["torch._utils._rebuild_tensor_v2"] = TorchFunction.RebuildTensor,
            ["torch._utils._rebuild_parameter"] = TorchFunction.RebuildParameter,
        };
        foreach (TorchStorageType type in Enum.GetValues<TorchStorageType>())
        {
            globals.Add($"torch.{type}Storage", type);
        }

        return globals;
    }

    // Python 2 gave the constructor a list of pairs, where Python 3 sets items.
    private PickleDictionary OrderedDict(List<object?> pairs)
    {
        var dictionary = new PickleDictionary(isOrderedDict: true);
        foreach (object? pair in pairs)
        {
            (object? key, object? value) = pair switch
            {
                List<object?> and [var first, var second] => (first, second),
                object?[] and [var first, var second] => (first, second),
                _ => throw Error("it makes an OrderedDict of something other than pairs."),
            };
            dictionary.Add(key, value);
        }

        return dictionary;
    }

    private WeightsFormatException Error(string reason) => new(source, reason);
}

/// <summary>The functions that a checkpoint of tensors calls; nothing else is called.</summary>
internal enum TorchFunction
{
    /// <summary><c>collections.OrderedDict</c>.</summary>
    OrderedDict,

    /// <summary><c>torch._utils._rebuild_tensor_v2</c>: a view of a storage.</summary>
    RebuildTensor,

    /// <summary><c>torch._utils._rebuild_parameter</c>: a tensor with a gradient.</summary>
    RebuildParameter,
}

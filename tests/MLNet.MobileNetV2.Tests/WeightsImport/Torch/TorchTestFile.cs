using System.Text;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>Checkpoints laid out by hand around a pickle, in PyTorch's zip form and in the one before it.</summary>
internal static class TorchTestFile
{
    /// <summary>The pickle of a state dictionary as <c>torch.save</c> writes it, with its attributes.</summary>
    public static byte[] StateDict(int protocol, bool isLegacy, params TorchTestTensor[] tensors)
    {
        PickleBytes pickle = new PickleBytes(protocol).EmptyOrderedDict().Ops("(");
        foreach (TorchTestTensor tensor in tensors)
        {
            pickle.Text(tensor.Name).Tensor(tensor.Storage, tensor.Offset, tensor.Sizes, tensor.Strides, isLegacy);
        }

        return pickle.Ops("u}").Text("_metadata").EmptyOrderedDict().Ops("sb").End();
    }

    /// <summary>A zip checkpoint with one contiguous vector for each storage, named as the storage's key.</summary>
    public static byte[] Zip(params TorchTestStorage[] storages) => Zip(StateDict(2, isLegacy: false, Vectors(storages)), storages);

    public static byte[] Zip(byte[] pickle, params TorchTestStorage[] storages) =>
        ZipBytes.Of([.. Entries(pickle, storages)]);

    /// <summary>The entries of a zip checkpoint, for tests that change some.</summary>
    public static IEnumerable<ZipTestEntry> Entries(byte[] pickle, params TorchTestStorage[] storages) =>
    [
        new("model/data.pkl", pickle),
        new("model/byteorder", Encoding.ASCII.GetBytes("little")),
        .. storages.Select(storage => new ZipTestEntry($"model/data/{storage.Key}", storage.Data)),
        new("model/version", Encoding.ASCII.GetBytes("3\n")),
    ];

    /// <summary>A legacy checkpoint with one contiguous vector for each storage, named as the storage's key.</summary>
    public static byte[] Legacy(params TorchTestStorage[] storages) => Legacy(StateDict(2, isLegacy: true, Vectors(storages)), storages);

    public static byte[] Legacy(byte[] pickle, params TorchTestStorage[] storages) =>
        [.. LegacyHeader(), .. pickle, .. LegacyKeys(storages), .. storages.SelectMany(LegacyData)];

    public static byte[] LegacyHeader(bool isLittleEndian = true, int protocol = 2) =>
    [
        .. new PickleBytes(protocol).Raw(0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).End(),
        .. new PickleBytes(protocol).Integer(1001).End(),
        .. new PickleBytes(protocol).Ops("}(").Text("protocol_version").Integer(1001)
            .Text("little_endian").Raw((byte)(isLittleEndian ? 0x88 : 0x89))
            .Text("type_sizes").Ops("}(").Text("short").Integer(2).Text("int").Integer(4).Text("long").Integer(4).Ops("uu").End(),
    ];

    public static byte[] LegacyKeys(params TorchTestStorage[] storages)
    {
        PickleBytes keys = new PickleBytes().Ops("](");
        foreach (TorchTestStorage storage in storages)
        {
            keys.Text(storage.Key);
        }

        return keys.Ops("e").End();
    }

    public static byte[] LegacyData(TorchTestStorage storage) => [.. BitConverter.GetBytes(storage.Count), .. storage.Data];

    private static TorchTestTensor[] Vectors(TorchTestStorage[] storages) =>
        [.. storages.Select(storage => TorchTestTensor.Vector(storage))];
}

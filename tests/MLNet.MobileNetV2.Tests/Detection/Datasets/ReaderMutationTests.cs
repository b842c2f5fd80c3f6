using System.Text;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Detection.Datasets;

/// <summary>Damaged files end in the readers' own exception, or are read; never in another one.</summary>
public sealed class ReaderMutationTests : IDisposable
{
    private const int Mutations = 400;

    private static readonly string[] s_inserts =
    [
        "\"", "{", "}", "[", "]", "<", ">", "&lt;", ",", ":", "\n", "-", "1e999", "NaN", "null", "\0", "\u00e9", "..", "\\u0000", "#", "'",
        "0",
    ];

    private readonly DatasetFolder _folder = new();

    public ReaderMutationTests() => _folder.Picture("a.png", 10, 10);

    public static TheoryData<string, string> Files => new()
    {
        {
            "set.json",
            """
            {"images": [{"id": 1, "file_name": "a.png", "width": 10, "height": 10}], "categories": [{"id": 1, "name": "dog"}],
             "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3.5, 4], "iscrowd": 0, "segmentation": [[1, 2]]}]}
            """
        },
        {
            "a.xml",
            """
            <annotation><filename>a.png</filename><size><width>10</width><height>10</height></size><object><name>dog</name>
            <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></object></annotation>
            """
        },
        { "set.csv", "image,xmin,ymin,xmax,ymax,label\r\na.png,1,2,3,4,\"dog\"\r\n\"a.png\",1,2,3,4,cat\r\n" },
        { "data.yaml", "path: .\ntrain: .\nnames:\n  0: dog\n  1: 'cat' # two\n" },
        { "a.txt", "0 0.5 0.5 0.25 0.25\n0 0.1 0.2 0.3 0.4 0.5 0.6\n" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_OfADamagedFile_ThrowsItsOwnExceptionOrReads(string name, string text)
    {
        if (name == "a.txt")
        {
            _folder.Write("classes.txt", "dog");
        }

        byte[] whole = Encoding.UTF8.GetBytes(text);
        _folder.Write(name, whole);
        Assert.NotEmpty(TestDatasets.Load(_folder.Path).Images);
        for (int seed = 0; seed < Mutations; seed++)
        {
            byte[] damaged = Damage(whole, seed);
            _folder.Write(name, damaged);

            Exception? error = Record.Exception(() => TestDatasets.Load(_folder.Path));

            Assert.True(
                error is null or DetectionDatasetException or ImageFolderException, $"{Encoding.Latin1.GetString(damaged)}\n{error}");
        }
    }

    private static byte[] Damage(byte[] whole, int seed)
    {
        var random = new SplitMix64(seed);
        List<byte> bytes = [.. whole];
        for (int change = random.NextInt32(3); change >= 0; change--)
        {
            int place = random.NextInt32(bytes.Count);
            switch (random.NextInt32(4))
            {
                case 0:
                    bytes[place] = (byte)random.NextInt32(256);
                    break;
                case 1:
                    bytes.RemoveRange(place, Math.Min(1 + random.NextInt32(12), bytes.Count - place));
                    break;
                case 2:
                    bytes.InsertRange(place, Encoding.UTF8.GetBytes(s_inserts[random.NextInt32(s_inserts.Length)]));
                    break;
                default:
                    bytes.InsertRange(place, bytes[place..Math.Min(place + 1 + random.NextInt32(40), bytes.Count)]);
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return [.. bytes];
    }
}

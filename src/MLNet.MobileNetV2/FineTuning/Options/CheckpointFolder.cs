namespace MLNet.MobileNetV2.FineTuning.Options;

/// <summary>Where a folder has its checkpoint.</summary>
internal static class CheckpointFolder
{
    private const string FileName = "checkpoint.safetensors";

    /// <summary>The path of a folder's checkpoint, which need not be there.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, FileName);

    /// <summary>Whether a folder has a checkpoint.</summary>
    public static bool HasOne(string folder) => File.Exists(PathIn(folder));

    /// <summary>Deletes a folder's checkpoint, if there is one.</summary>
    public static void Delete(string folder)
    {
        if (HasOne(folder))
        {
            File.Delete(PathIn(folder));
        }
    }
}

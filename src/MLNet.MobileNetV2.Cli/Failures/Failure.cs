using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Failures;

/// <summary>What a command prints when it fails.</summary>
internal static class Failure
{
    public static int ExitCodeOf(Exception failure) => failure is CommandFailedException { ExitCode: int code } ? code : ExitCode.Failed;

    /// <summary>The message of an error that can happen to anyone; one line that admits it for any other.</summary>
    public static string Describe(Exception failure)
    {
        if (failure is not CommandFailedException && MachineFailure.Describe(failure) is { } machine)
        {
            return machine;
        }

        if (failure is CommandFailedException or BadImageException or ImageFolderException or FeatureFileException or CheckpointException
            or DetectionDatasetException or RecipeFormatException or WeightsFormatException or WeightsUnavailableException or IOException
            or InvalidDataException or UnauthorizedAccessException)
        {
            return failure.Message;
        }

        Exception cause = MachineFailure.Cause(failure);
        return $"Unexpected error, probably in this program: {cause.GetType().Name}: {OneLine(cause)}";
    }

    /// <summary>The first line of a foreign error's message, without the parameter that .NET appends.</summary>
    public static string OneLine(Exception failure)
    {
        string message = failure.Message;
        if (failure is ArgumentException { ParamName.Length: > 0 } argument)
        {
            message = message.Replace($" (Parameter '{argument.ParamName}')", string.Empty, StringComparison.Ordinal);
        }

        return message.Split('\n')[0].TrimEnd();
    }
}

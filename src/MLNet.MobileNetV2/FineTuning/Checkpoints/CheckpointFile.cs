using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.MobileNetV2.FineTuning.Options;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Checkpoints;

/// <summary>
/// The state of a training as a safetensors file, <c>checkpoint.safetensors</c>, that replaces the one before in one step: a training whose
/// process is killed resumes from one or the other.
/// </summary>
internal sealed class CheckpointFile
{
    private const string ContentKey = "mobilenetv2.checkpoint.v2";
    private const string HashKey = "mobilenetv2.checkpoint.sha256";
    private const string Parameters = "parameters";
    private const string Statistics = "statistics";
    private const string Average = "average";
    private const string AverageStatistics = "average.statistics";
    private const string BestParameters = "best.parameters";
    private const string BestStatistics = "best.statistics";
    private const string OptimizerPrefix = "optimizer.";
    private const int MaxHeaderLength = 1 << 20;
    private static readonly int s_maxLength = Array.MaxLength;

    // A loss may be infinite.
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly CheckpointIdentity _identity;
    private readonly string _path;

    public CheckpointFile(string folder, CheckpointIdentity identity)
    {
        _identity = identity;
        _path = CheckpointFolder.PathIn(Directory.CreateDirectory(folder).FullName);
    }

    /// <summary>Whether there is a checkpoint.</summary>
    public bool Exists => File.Exists(_path);

    /// <summary>Resumes from the checkpoint.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="CheckpointException">It exists and must not, is damaged, or of another training.</exception>
    public bool Restore(ResumableState state, bool resume)
    {
        if (!Exists)
        {
            return false;
        }

        if (!resume)
        {
            throw Unwanted(_path);
        }

        SafetensorsFile file = Read();
        CheckpointContent content = ReadContent(file);
        if (_identity.DifferenceFrom(content.Identity) is { } difference)
        {
            throw Other(difference);
        }

        Copy(file, Parameters, state.Parameters);
        Copy(file, Statistics, state.Statistics);
        foreach ((string name, float[] values) in state.Optimizer.State)
        {
            Copy(file, OptimizerPrefix + name, values);
        }

        if (state.Average is { } average)
        {
            Copy(file, Average, average.Values);
            Copy(file, AverageStatistics, state.StatisticsAverage!.Values);
        }

        if (content.Validations.Count > 0)
        {
            Copy(file, BestParameters, state.BestParameters = new float[state.Parameters.Length]);
            Copy(file, BestStatistics, state.BestStatistics = new float[state.Statistics.Length]);
        }

        if (file.Metadata.GetValueOrDefault(HashKey) != Hash(file.Metadata[ContentKey], file.Tensors))
        {
            throw new CheckpointException(_path, "is damaged: its values are not those that were saved.");
        }

        state.Counters = content.Counters;
        state.Validations.AddRange(content.Validations);
        return true;
    }

    /// <summary>Deletes the checkpoint of another finished training whose model was saved.</summary>
    /// <exception cref="CheckpointException">It is of another training that is unfinished or unsaved, or damaged.</exception>
    public void DeleteReplaceable(bool isModelSaved = true)
    {
        if (!Exists)
        {
            return;
        }

        CheckpointContent content = ReadContent(Read());
        if (_identity.DifferenceFrom(content.Identity) is { } difference)
        {
            if (!content.IsFinished || !isModelSaved)
            {
                throw Other(difference, content.IsFinished);
            }

            File.Delete(_path);
        }
    }

    /// <summary>Creates a folder, and checks before any work that it can be used; a restart deletes its checkpoint.</summary>
    /// <param name="options">The folder, and whether it may have a checkpoint; null for none.</param>
    /// <exception cref="CheckpointException">It has one, which is unwanted.</exception>
    public static void Prepare(CheckpointOptions? options)
    {
        if (options is null)
        {
            return;
        }

        string path = CheckpointFolder.PathIn(Directory.CreateDirectory(options.Folder).FullName);
        if (options.Restart)
        {
            CheckpointFolder.Delete(options.Folder);
        }

        if (!options.Resume && File.Exists(path))
        {
            throw Unwanted(path);
        }
    }

    /// <summary>Makes sure that a state that was restored lies within the training.</summary>
    /// <exception cref="CheckpointException">It does not.</exception>
    public void CheckWithin(EpochCounters counters, int epochs, int stepsPerEpoch)
    {
        if (counters.Epoch > epochs || counters.Step >= stepsPerEpoch)
        {
            throw new CheckpointException(
                _path,
                $"is at step {counters.Step} after epoch {counters.Epoch}; the training has {epochs} epochs of {stepsPerEpoch} steps.");
        }
    }

    /// <summary>Saves the state.</summary>
    /// <exception cref="CheckpointException">There is more of it than one file takes.</exception>
    public void Save(ResumableState state, bool isFinished)
    {
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        Add(tensors, Parameters, state.Parameters);
        Add(tensors, Statistics, state.Statistics);
        Add(tensors, Average, state.Average?.Values);
        Add(tensors, AverageStatistics, state.StatisticsAverage?.Values);
        Add(tensors, BestParameters, state.BestParameters);
        Add(tensors, BestStatistics, state.BestStatistics);
        foreach ((string name, float[] values) in state.Optimizer.State)
        {
            Add(tensors, OptimizerPrefix + name, values);
        }

        long length = tensors.Values.Sum(tensor => (long)tensor.Values.Length * sizeof(float));
        if (length > s_maxLength - MaxHeaderLength)
        {
            throw new CheckpointException(
                _path,
                $"would have {length:N0} bytes; up to {s_maxLength - MaxHeaderLength:N0} are allowed. "
                + "Train fewer weights, or without checkpoints.");
        }

        string content = JsonSerializer.Serialize(new CheckpointContent(_identity, state.Counters, state.Validations, isFinished), s_json);
        var metadata = new Dictionary<string, string> { [ContentKey] = content, [HashKey] = Hash(content, tensors) };
        AtomicFile.Write(_path, stream => SafetensorsWriter.Write(stream, tensors, metadata, SafetensorsType.F32));
    }

    private static CheckpointException Unwanted(string path) =>
        new(path, "already exists. Resume the training, restart it, or name another folder.");

    private CheckpointException Other(string difference, bool isFinished = false) =>
        new(_path, $"is of a training with other {difference} {(isFinished ? "whose model was not saved" : "that is not finished")}. "
            + "Give the same, restart, or name another folder.");

    private static void Add(Dictionary<string, WeightTensor> tensors, string name, float[]? values)
    {
        if (values is not null)
        {
            tensors.Add(name, new([values.Length], values));
        }
    }

    private static string Hash(string content, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        using var hash = new ContentHash();
        hash.Append(content);
        foreach ((string name, WeightTensor tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.Append(name);
            hash.Append(tensor.Values.Span);
        }

        return hash.Finish();
    }

    private SafetensorsFile Read()
    {
        try
        {
            return SafetensorsReader.Read(_path, BoundedFile.Read(_path, s_maxLength));
        }
        catch (WeightsFormatException error)
        {
            throw new CheckpointException(_path, $"is damaged: {error.Message}", error);
        }
    }

    private CheckpointContent ReadContent(SafetensorsFile file)
    {
        string json = file.Metadata.GetValueOrDefault(ContentKey)
            ?? throw new CheckpointException(_path, $"lacks the metadata {ContentKey}: it is another file or of another version.");
        try
        {
            CheckpointContent? content = JsonSerializer.Deserialize<CheckpointContent>(json, s_json);
            if (content is not { Identity: not null, Counters: not null, Validations: not null })
            {
                throw new CheckpointException(_path, "has no content.");
            }

            return content.Counters is { Epoch: >= 0, Step: >= 0, Views: >= 0, Correct: >= 0 }
                ? content
                : throw new CheckpointException(_path, "has counters below 0.");
        }
        catch (JsonException error)
        {
            throw new CheckpointException(_path, $"has metadata that cannot be read: {error.Message}", error);
        }
    }

    private void Copy(SafetensorsFile file, string name, float[] values)
    {
        if (!file.Tensors.TryGetValue(name, out WeightTensor? tensor) || tensor.Values.Length != values.Length)
        {
            throw new CheckpointException(_path, $"has no tensor '{name}' of {values.Length} values.");
        }

        tensor.Values.Span.CopyTo(values);
    }
}

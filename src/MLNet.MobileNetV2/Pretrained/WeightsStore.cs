using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2;

/// <summary>Finds, downloads and loads pretrained weights. Every file is checked by its SHA-256 each time it is used.</summary>
/// <remarks>
/// Files are looked up in <see cref="WeightsStoreOptions.Folder"/>, then in <see cref="WeightsStoreOptions.CacheFolder"/>, then
/// downloaded to the latter. Thread-safe, also across processes that share the cache folder.
/// </remarks>
public sealed class WeightsStore
{
    private static readonly TimeSpan s_autoConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly WeightsStoreOptions _options;

    /// <summary>Creates a store.</summary>
    /// <param name="options">Where to look and how to download; null is <see cref="WeightsStoreOptions.FromEnvironment"/>.</param>
    /// <exception cref="ArgumentException">An option has a value that is not allowed.</exception>
    public WeightsStore(WeightsStoreOptions? options = null)
    {
        _options = options ?? WeightsStoreOptions.FromEnvironment();
        _options.Validate();
    }

    /// <summary>The path of a local file, or null where there is none. A damaged file in the cache counts as none.</summary>
    /// <exception cref="WeightsFormatException">The file in <see cref="WeightsStoreOptions.Folder"/> has another SHA-256.</exception>
    internal string? Find(RemoteFile file)
    {
        Check(file);
        if (_options.Folder is not null && Path.Combine(_options.Folder, file.FileName) is var own && File.Exists(own))
        {
            string sha256 = FileHash.Of(own);
            return FileHash.AreEqual(sha256, file.Sha256)
                ? own
                : throw new WeightsFormatException(own, $"its SHA-256 is {sha256}; {file.Sha256} is expected.");
        }

        string cached = CachePath(file);
        return File.Exists(cached) && FileHash.AreEqual(FileHash.Of(cached), file.Sha256) ? cached : null;
    }

    /// <summary>The path of a file, which is downloaded where it is not found locally.</summary>
    /// <exception cref="WeightsFormatException">The file in <see cref="WeightsStoreOptions.Folder"/> has another SHA-256.</exception>
    /// <exception cref="WeightsUnavailableException">It is not found locally and cannot be downloaded.</exception>
    internal Task<string> GetAsync(
        RemoteFile file, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        GetAsync(file, _options.ConnectTimeout, progress, cancellationToken);

    /// <summary>Downloads a file to the cache folder, even where it is found locally, and returns its path.</summary>
    /// <exception cref="WeightsUnavailableException">It cannot be downloaded.</exception>
    internal Task<string> DownloadAsync(
        RemoteFile file, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        DownloadAsync(file, _options.ConnectTimeout, progress, cancellationToken);

    /// <summary>Loads weights, with a download where that is needed. Blocks; safe under a synchronisation context.</summary>
    /// <param name="source">Which weights.</param>
    /// <param name="progress">Receives the progress of a download, on any thread; null for none.</param>
    /// <param name="cancellationToken">Stops a download; nothing stays behind.</param>
    /// <inheritdoc cref="LoadAsync" path="/exception"/>
    public LoadedWeights Load(
        WeightsSource source, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return Task.Run(() => LoadAsync(source, progress, cancellationToken), CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (WeightsUnavailableException e)
        {
            // Rethrown without the stack of the tasks: a console program that does not catch it prints the message and a few lines.
            throw new WeightsUnavailableException(e.FileName, e.Reason, e.InnerException);
        }
        catch (FileNotFoundException e)
        {
            throw new FileNotFoundException(e.Message, e.FileName);
        }
    }

    /// <summary>Loads weights, with a download where that is needed.</summary>
    /// <param name="source">Which weights.</param>
    /// <param name="progress">Receives the progress of a download, on any thread; null for none.</param>
    /// <param name="cancellationToken">Stops a download; nothing stays behind.</param>
    /// <exception cref="FileNotFoundException">The file of <see cref="WeightsSource.FromFile(string)"/> does not exist.</exception>
    /// <exception cref="WeightsFormatException">A file is damaged, is not the catalog's, or holds another network.</exception>
    /// <exception cref="WeightsUnavailableException">A file is not found locally and cannot be downloaded.</exception>
    public Task<LoadedWeights> LoadAsync(
        WeightsSource source, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source switch
        {
            { Weights: { } weights } => Task.FromResult(new LoadedWeights(weights, model: null, fallbackReason: null)),
            { Path: { } path } => Task.Run(() => ReadFile(path, source.FileOptions!), cancellationToken),
            { Model: { } model } => LoadModelAsync(model, fallbackReason: null, progress, cancellationToken),
            _ => LoadAutoAsync(progress, cancellationToken),
        };
    }

    /// <summary>Loads the weights of a segmentation network, with a download where that is needed. Blocks.</summary>
    /// <inheritdoc cref="LoadAsync" path="/exception"/>
    internal SegmentationWeights Load(PretrainedSegmenter model, CancellationToken cancellationToken)
    {
        try
        {
            string path = Task.Run(() => GetAsync(model.WeightsFile, progress: null, cancellationToken), CancellationToken.None)
                .GetAwaiter().GetResult();
            return WeightsFile.ReadSegmentation(model, path);
        }
        catch (WeightsUnavailableException e)
        {
            throw new WeightsUnavailableException(e.FileName, e.Reason, e.InnerException);
        }
    }

    private async Task<string> GetAsync(
        RemoteFile file, TimeSpan connectTimeout, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Find(file) is { } path)
        {
            return path;
        }

        try
        {
            return await DownloadAsync(file, connectTimeout, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (WeightsUnavailableException e) when (!_options.Offline && _options.Folder is not null)
        {
            throw new WeightsUnavailableException(file.FileName, $"it is not in {Searched()}, and {e.Reason}", e.InnerException);
        }
    }

    private async Task<LoadedWeights> LoadAutoAsync(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        PretrainedModel model = PretrainedModels.ImageNet;
        string? reason = null;
        try
        {
            await GetAsync(model.WeightsFile!, s_autoConnectTimeout, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (WeightsUnavailableException e)
        {
            model = PretrainedModels.Embedded;
            reason = $"'{e.FileName}' is not available: {e.Reason}";
        }

        return await LoadModelAsync(model, reason, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LoadedWeights> LoadModelAsync(
        PretrainedModel model, string? fallbackReason, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string? path = model.WeightsFile is { } file
            ? await GetAsync(file, progress, cancellationToken).ConfigureAwait(false)
            : null;
        MobileNetV2Weights weights = await Task.Run(() => ReadModel(model, path), cancellationToken).ConfigureAwait(false);
        return new(weights, model, fallbackReason);
    }

    private static MobileNetV2Weights ReadModel(PretrainedModel model, string? path) => path is null
        ? WeightsFile.Read(model, model.Name, EmbeddedFile.Read(EmbeddedFile.Weights))
        : WeightsFile.Read(model, path, BoundedFile.Read(path, WeightsFile.MaxLength));

    private static LoadedWeights ReadFile(string path, WeightsFileOptions options) => File.Exists(path)
        ? new(WeightsFile.Read(path, options), model: null, fallbackReason: null)
        : throw new FileNotFoundException($"The weight file '{path}' {NotAFile.Describe(path)}.", path);

    private async Task<string> DownloadAsync(
        RemoteFile file, TimeSpan connectTimeout, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        Check(file);
        if (_options.Offline)
        {
            throw new WeightsUnavailableException(
                file.FileName, $"it is not in {Searched()}, and downloads are forbidden ({WeightsStoreOptions.OfflineVariable}).");
        }

        string path = CachePath(file);
        TimeSpan timeout = connectTimeout < _options.ConnectTimeout ? connectTimeout : _options.ConnectTimeout;
        var download = new FileDownload(file, Address(file), _options, timeout, progress);
        await download.RunAsync(path, cancellationToken).ConfigureAwait(false);
        return path;
    }

    private string CachePath(RemoteFile file) => Path.Combine(Path.GetFullPath(_options.CacheFolder), file.FileName);

    private string Searched()
    {
        string? missing = _options.Folder is null || Directory.Exists(_options.Folder) ? null : " (which does not exist)";
        return _options.Folder is null ? $"'{_options.CacheFolder}'" : $"'{_options.Folder}'{missing} or '{_options.CacheFolder}'";
    }

    private Uri Address(RemoteFile file)
    {
        if (_options.MirrorBaseUrl is null)
        {
            return file.Url;
        }

        var address = new UriBuilder(_options.MirrorBaseUrl);
        address.Path = $"{address.Path.TrimEnd('/')}/{Uri.EscapeDataString(file.FileName)}";
        return address.Uri;
    }

    private static void Check(RemoteFile file)
    {
        if (file.FileName.AsSpan().ContainsAny("/\\:") || file.FileName is "" or "." or "..")
        {
            throw new ArgumentException($"The file name is '{file.FileName}'; a plain name without a path is allowed.", nameof(file));
        }
    }
}

